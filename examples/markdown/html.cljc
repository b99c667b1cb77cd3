; SPDX-License-Identifier: GPL-3.0-only
(ns markdown.html
  "HTML of the trees that `markdown.blocks` and `markdown.inlines` make."
  (:require [clojure.string :as str]
            [markdown.inlines :as inlines]))

(defn escape [s]
  (str/escape s {\& "&amp;" \< "&lt;" \> "&gt;" \" "&quot;"}))

(defn- utf-8
  "Returns the bytes of `s` as numbers from 0 to 255."
  [s]
  #?(:clj (map #(bit-and % 255) (.getBytes ^String s "UTF-8"))
     :lona (seq (string->bytes s))))

(def ^:private safe
  (set "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'();/?:@&=+$,#%"))

(defn- percent [s]
  (apply str (map #(format "%%%02X" %) (utf-8 s))))

(defn encode-url
  "Returns `s` with all that may not stand in a URL as %XX."
  [s]
  (if (every? safe s)
    s
    (str/replace s #"[^A-Za-z0-9\-_.!~*'();/?:@&=+$,#%]+" percent)))

;; --- inlines

(declare inline)

(defn- plain-text
  "Returns the text of nodes without any markup."
  [nodes]
  (apply str (map (fn [node]
                    (cond
                      (string? node) node
                      (:children node) (plain-text (:children node))
                      (#{:code :html} (:type node)) (:text node)
                      (#{:soft-break :hard-break} (:type node)) "\n"))
                  nodes)))

(defn- title-attribute [title]
  (when title
    (str " title=\"" (escape title) "\"")))

(defmulti render-inline :type)

(defmethod render-inline :code [{:keys [text]}]
  (str "<code>" (escape text) "</code>"))

(defmethod render-inline :emphasis [{:keys [children]}]
  (str "<em>" (inline children) "</em>"))

(defmethod render-inline :strong [{:keys [children]}]
  (str "<strong>" (inline children) "</strong>"))

(defmethod render-inline :link [{:keys [children destination title]}]
  (str "<a href=\"" (escape (encode-url destination)) "\"" (title-attribute title) ">" (inline children) "</a>"))

(defmethod render-inline :image [{:keys [children destination title]}]
  (str "<img src=\"" (escape (encode-url destination)) "\" alt=\"" (escape (plain-text children)) "\"" (title-attribute title) " />"))

(defmethod render-inline :html [{:keys [text]}] text)

(defmethod render-inline :hard-break [_] "<br />\n")

(defmethod render-inline :soft-break [_] "\n")

(defn- inline [nodes]
  (str/join (map #(if (string? %) (escape %) (render-inline %)) nodes)))

;; --- blocks: each adds strings to the vector `out`

(defmulti render-block (fn [_out block _context] (:type block)))

(defn- render-blocks [out blocks context]
  (reduce #(render-block %1 %2 context) out blocks))

(defn- text-of [block refs]
  (inline (inlines/parse (first (:lines block)) refs)))

(defmethod render-block :document [out block context]
  (render-blocks out (:children block) context))

(defmethod render-block :definitions [out _ _] out)

(defmethod render-block :paragraph [out block {:keys [refs]}]
  (conj out "<p>" (text-of block refs) "</p>\n"))

(defmethod render-block :heading [out {:keys [level] :as block} {:keys [refs]}]
  (conj out (str "<h" level ">") (text-of block refs) (str "</h" level ">\n")))

(defmethod render-block :break [out _ _]
  (conj out "<hr />\n"))

(defn- with-ends [lines]
  (mapcat #(list % "\n") lines))

(defmethod render-block :html [out {:keys [lines]} _]
  (into out (with-ends lines)))

(defn- code [out lines attribute]
  (conj out (str "<pre><code" attribute ">") (escape (str/join (with-ends lines))) "</code></pre>\n"))

(defmethod render-block :indented [out {:keys [lines]} _]
  (code out lines nil))

(defmethod render-block :fenced [out {:keys [lines info]} _]
  (code out lines (when-not (str/blank? info)
                    (str " class=\"language-" (escape (first (str/split info #"\s+"))) "\""))))

(defmethod render-block :quote [out {:keys [children]} context]
  (-> (conj out "<blockquote>\n")
      (render-blocks children (assoc context :tight? false))
      (conj "</blockquote>\n")))

(defmethod render-block :list [out {:keys [children number loose?]} context]
  (let [tag (if number "ol" "ul")
        start (when (and number (not= 1 number)) (str " start=\"" number "\""))]
    (-> (conj out (str "<" tag start ">\n"))
        (render-blocks children (assoc context :tight? (not loose?)))
        (conj (str "</" tag ">\n")))))

; In a tight list a paragraph is only its text, which stands in the line of the tags around it.
(defn- tight-blocks [out blocks {:keys [refs] :as context}]
  (reduce (fn [out block]
            (let [text? (= :paragraph (:type block))
                  out (if (or (str/ends-with? (peek out) "\n") (and text? (= "<li>" (peek out)))) out (conj out "\n"))]
              (if text?
                (conj out (text-of block refs))
                (render-block out block context))))
          out
          blocks))

(defmethod render-block :item [out {:keys [children]} {:keys [tight?] :as context}]
  (let [children (remove #(= :definitions (:type %)) children)
        out (conj out "<li>")]
    (-> (cond
          (empty? children) out
          tight? (tight-blocks out children context)
          :else (render-blocks (conj out "\n") children context))
        (conj "</li>\n"))))

(defn render
  "Returns the HTML of a `document`, whose references `refs` has."
  [document refs]
  (str/join (render-block [] document {:refs refs :tight? false})))
