; SPDX-License-Identifier: GPL-3.0-only
(ns markdown.scan
  "Scanners for what links, references, autolinks and HTML tags consist of. Each looks at the string `s` from index `i` on and returns
  the index after what it found, or [what index], or nil."
  (:require [clojure.string :as str]))

(defn skip-while
  "Returns the first index from `i` on whose character is not in the set `chars`."
  [s i chars]
  (let [n (count s)]
    (loop [j i]
      (if (and (< j n) (contains? chars (nth s j))) (recur (inc j)) j))))

(defn skip-until
  "Returns the first index from `i` on whose character is in the set `chars`, or the length of `s`."
  [s i chars]
  (let [n (count s)]
    (loop [j i]
      (if (and (< j n) (not (contains? chars (nth s j)))) (recur (inc j)) j))))

(defn skip-space [s i]
  (skip-while s i #{\space \tab \newline}))

(defn- escaped-end
  "Returns the index before `n` of the character `close`, which no backslash stands before, or nil where one of the set `stop` comes
  before it."
  [s i n close stop]
  (loop [j i]
    (when (< j n)
      (let [c (nth s j)]
        (cond
          (= c close) j
          (contains? stop c) nil
          (= c \\) (recur (+ j 2))
          :else (recur (inc j)))))))

(defn label
  "Scans [label], of at most 999 characters; the label may be blank."
  [s i]
  (when (= \[ (get s i))
    (when-let [end (escaped-end s (inc i) (min (count s) (+ i 1001)) \] #{\[})]
      [(subs s (inc i) end) (inc end)])))

(defn- bare-destination-end [s i]
  (let [n (count s)]
    (loop [j i depth 0]
      (let [c (when (< j n) (nth s j))]
        (cond
          (or (nil? c) (<= (int c) 32) (= 127 (int c))) (when (zero? depth) j)
          (= c \\) (recur (if (and (< (inc j) n) (< 32 (int (nth s (inc j))))) (+ j 2) (inc j)) depth)
          (= c \() (when (< depth 32) (recur (inc j) (inc depth)))
          (= c \)) (if (zero? depth) j (recur (inc j) (dec depth)))
          :else (recur (inc j) depth))))))

(defn destination
  "Scans where a link leads, in angle brackets or bare."
  [s i]
  (if (= \< (get s i))
    (when-let [end (escaped-end s (inc i) (count s) \> #{\newline \<})]
      [(subs s (inc i) end) (inc end)])
    (when-let [end (bare-destination-end s i)]
      (when (< i end)
        [(subs s i end) end]))))

(defn title
  "Scans a title in one of three kinds of quotes."
  [s i]
  (let [open (get s i)]
    (when-let [close (get {\" \" \' \' \( \)} open)]
      (when-let [end (escaped-end s (inc i) (count s) close (if (= open \() #{\(} #{}))]
        [(subs s (inc i) end) (inc end)]))))

;; --- autolinks

(def ^:private uri #"^<([A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>\x00-\x1F]*)>")

(def ^:private email
  #"^<([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)>")

(defn autolink
  "Scans <scheme:rest> or <name@host> and returns [destination index]."
  [s i]
  (let [end (skip-until s (inc i) #{\> \< \space \newline})]
    (when (= \> (get s end))
      (let [whole (subs s i (inc end))]
        (if-let [[_ target] (re-find uri whole)]
          [target (inc end)]
          (when-let [[_ address] (re-find email whole)]
            [(str "mailto:" address) (inc end)]))))))

;; --- HTML tags

(def ^:private letters (set "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
(def ^:private tag-chars (into letters "0123456789-"))
(def ^:private attribute-start (into letters "_:"))
(def ^:private attribute-chars (into attribute-start "0123456789.-"))

(defn- tag-name-end [s i]
  (when (contains? letters (get s i))
    (skip-while s i tag-chars)))

(defn- unquoted-end [s i]
  (let [n (count s)]
    (loop [j i]
      (if (and (< j n) (not (contains? #{\space \tab \newline \" \' \= \< \> \`} (nth s j))))
        (recur (inc j))
        (when (< i j) j)))))

(defn- attribute-value-end [s i]
  (let [c (get s i)]
    (if (or (= c \") (= c \'))
      (some-> (str/index-of s (str c) (inc i)) inc)
      (unquoted-end s i))))

(defn- attribute-end
  "Returns the index after the attribute at `i`, or nil."
  [s i]
  (when (contains? attribute-start (get s i))
    (let [j (skip-while s i attribute-chars)
          k (skip-space s j)]
      (if (= \= (get s k))
        (attribute-value-end s (skip-space s (inc k)))
        j))))

(defn open-tag-end [s i]
  (when (= \< (get s i))
    (loop [j (tag-name-end s (inc i))]
      (when j
        (let [k (skip-space s j)]
          (cond
            (= \> (get s k)) (inc k)
            (= \/ (get s k)) (when (= \> (get s (inc k))) (+ k 2))
            (< j k) (recur (attribute-end s k))))))))

(defn close-tag-end [s i]
  (when (and (= \< (get s i)) (= \/ (get s (inc i))))
    (when-let [j (tag-name-end s (+ i 2))]
      (let [k (skip-space s j)]
        (when (= \> (get s k)) (inc k))))))

(defn- at? [s i prefix]
  (and (<= (+ i (count prefix)) (count s))
       (= prefix (subs s i (+ i (count prefix))))))

(defn- until
  "Returns [index-after-the-next-`end` absent]; what was not found once is noted in the set `absent` and not looked for again."
  [s i end absent]
  (if (contains? absent end)
    [nil absent]
    (if-let [j (str/index-of s end i)]
      [(+ j (count end)) absent]
      [nil (conj absent end)])))

(defn inline-html
  "Scans a tag, comment, instruction, declaration or CDATA section and returns [index absent]; see `until`."
  [s i absent]
  (cond
    (at? s i "<!-->") [(+ i 5) absent]
    (at? s i "<!--->") [(+ i 6) absent]
    (at? s i "<!--") (until s (+ i 4) "-->" absent)
    (at? s i "<?") (until s (+ i 2) "?>" absent)
    (at? s i "<![CDATA[") (until s (+ i 9) "]]>" absent)
    (and (at? s i "<!") (contains? letters (get s (+ i 2)))) (until s (+ i 2) ">" absent)
    :else [(or (open-tag-end s i) (close-tag-end s i)) absent]))

;; --- reference definitions

(defn- rest-of-line-blank-end
  "Returns the index after the end of the line, where only spaces stand before it, or nil."
  [s i]
  (let [j (skip-while s i #{\space \tab})]
    (cond
      (= j (count s)) j
      (= \newline (nth s j)) (inc j))))

(defn definition
  "Scans a reference definition and returns [{:label l :destination d :title t} index]."
  [s i]
  (when-let [[name j] (label s i)]
    (when (and (= \: (get s j)) (not (str/blank? name)))
      (when-let [[target k] (destination s (skip-space s (inc j)))]
        (let [m (skip-space s k)
              [text after] (when (< k m) (title s m))
              end (when text (rest-of-line-blank-end s after))]
          (if end
            [{:label name :destination target :title text} end]
            (when-let [end (rest-of-line-blank-end s k)]
              [{:label name :destination target :title nil} end])))))))
