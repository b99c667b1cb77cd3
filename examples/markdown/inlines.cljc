; SPDX-License-Identifier: GPL-3.0-only
(ns markdown.inlines
  "The second half of Markdown: what stands inside a paragraph or heading. `parse` makes a vector of strings and maps of it:
  {:type :code :text ...}, :emphasis and :strong with :children, :link and :image with :children, :destination and :title, :html
  with :text, :hard-break, :soft-break. After the CommonMark specification 0.31. The time is proportional to the length of the text."
  (:require [clojure.string :as str]
            [markdown.entities :as entities]
            [markdown.scan :as scan]))

;; --- characters

(def punctuation (set "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"))

(def special (set "\\`*_[]!<&\n"))

(defn- whitespace? [c]
  (or (nil? c) (some? (re-matches #"\s|\p{Zs}" (str c)))))

(defn- punctuation? [c]
  (and (some? c)
       (or (contains? punctuation c)
           (and (< 127 (int c)) (some? (re-matches #"[\p{P}\p{S}]" (str c)))))))

(defn- run-end
  "Returns the index after the run of the character at `i`."
  [s i]
  (let [c (nth s i) n (count s)]
    (loop [j i]
      (if (and (< j n) (= c (nth s j))) (recur (inc j)) j))))

(defn unescape
  "Returns `s` with backslash escapes and entities resolved."
  [s]
  (if (re-find #"[\\&]" s)
    (str/replace s #"\\([!-/:-@\[-`{-~])|&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]*);"
                 (fn [[whole escaped entity]]
                   (or escaped (entities/lookup entity) whole)))
    s))

(defn normalize-label
  "Returns the label `s` of a reference as it is compared with others."
  [s]
  (-> s str/trim (str/replace #"\s+" " ") str/lower-case str/upper-case))

;; --- emphasis: tokens are strings, nodes, and runs of delimiters {:delimiter c :count n :length n :open? b :close? b}

(defn- flanking [s start end]
  (let [c (nth s start)
        before (when (pos? start) (nth s (dec start)))
        after (get s end)
        left? (and (not (whitespace? after))
                   (or (not (punctuation? after)) (whitespace? before) (punctuation? before)))
        right? (and (not (whitespace? before))
                    (or (not (punctuation? before)) (whitespace? after) (punctuation? after)))]
    (if (= c \*)
      {:open? left? :close? right?}
      {:open? (and left? (or (not right?) (punctuation? before)))
       :close? (and right? (or (not left?) (punctuation? after)))})))

(defn- run->text [{:keys [delimiter count]}]
  (apply str (repeat count delimiter)))

(defn- token->node [token]
  (if (:delimiter token) (run->text token) token))

(defn- matches? [opener closer]
  (and (= (:delimiter opener) (:delimiter closer))
       (or (not (or (:close? opener) (:open? closer)))
           (pos? (mod (+ (:length opener) (:length closer)) 3))
           (and (zero? (mod (:length opener) 3)) (zero? (mod (:length closer) 3))))))

(defn- bottom-key [closer]
  [(:delimiter closer) (:open? closer) (mod (:length closer) 3)])

(defn- find-opener
  "Returns the index in `openers`, a vector of [index-in-output run], of the last one that `closer` closes, from `bottom` on."
  [openers closer bottom]
  (loop [i (dec (count openers))]
    (when (<= bottom i)
      (if (matches? (second (nth openers i)) closer) i (recur (dec i))))))

(defn- wrap
  "Closes the opener at index `i` of `openers` with as many delimiters as both have, 2 at most. Returns the new [out openers closer]."
  [out openers i closer]
  (let [[at opener] (nth openers i)
        n (if (and (<= 2 (:count opener)) (<= 2 (:count closer))) 2 1)
        left (update opener :count - n)
        node {:type (if (= n 2) :strong :emphasis)
              :children (mapv token->node (subvec out (inc at)))}
        closer (update closer :count - n)]
    (if (zero? (:count left))
      [(conj (subvec out 0 at) node) (subvec openers 0 i) closer]
      [(conj (subvec out 0 at) left node) (conj (subvec openers 0 i) [at left]) closer])))

(defn- close-run
  "Matches the run `closer` with openers before it as often as possible."
  [{:keys [out openers bottoms] :as state} closer]
  (let [k (bottom-key closer)
        i (when (pos? (:count closer))
            (find-opener openers closer (get bottoms k 0)))]
    (cond
      (zero? (:count closer)) state
      i (let [[out openers closer] (wrap out openers i closer)]
          (recur {:out out :openers openers :bottoms (update-vals bottoms #(min % (count openers)))} closer))
      :else (let [state (assoc-in state [:bottoms k] (count openers))]
              (if (:open? closer)
                (-> state
                    (assoc :openers (conj openers [(count out) closer]))
                    (assoc :out (conj out closer)))
                (assoc state :out (conj out (run->text closer))))))))

(defn resolve-emphasis
  "Returns the vector of nodes that the `tokens` are."
  [tokens]
  (if-not (some :delimiter tokens)
    (vec tokens)
    (->> tokens
         (reduce (fn [{:keys [out openers] :as state} token]
                   (cond
                     (:close? token) (close-run state token)
                     (:open? token) (assoc state :out (conj out token) :openers (conj openers [(count out) token]))
                     :else (assoc state :out (conj out (token->node token)))))
                 {:out [] :openers [] :bottoms {}})
         :out
         (mapv token->node))))

;; --- the parser's state: {:s text :i index :tokens [...] :brackets [...] :refs {label reference} :ticks {length last-index} :absent #{}}
;; Each of the following takes it with :i at a special character and returns it further on.

(defn- emit [state token i]
  (-> state
      (update :tokens conj token)
      (assoc :i i)))

(defn- emit-char [{:keys [s i] :as state}]
  (emit state (str (nth s i)) (inc i)))

(defn- trim-last-text [tokens]
  (let [t (peek tokens)]
    (if (string? t)
      (conj (pop tokens) (str/replace t #"[ \t]+$" ""))
      tokens)))

(defn- parse-newline [{:keys [s i tokens] :as state}]
  (let [before (peek tokens)
        hard? (and (string? before) (str/ends-with? before "  "))]
    (-> state
        (assoc :tokens (trim-last-text tokens))
        (emit {:type (if hard? :hard-break :soft-break)} (scan/skip-while s (inc i) #{\space \tab})))))

(defn- parse-backslash [{:keys [s i] :as state}]
  (let [c (get s (inc i))]
    (cond
      (= c \newline) (emit state {:type :hard-break} (scan/skip-while s (+ i 2) #{\space \tab}))
      (contains? punctuation c) (emit state (str c) (+ i 2))
      :else (emit state "\\" (inc i)))))

(defn- last-ticks
  "Returns the map from the lengths of runs of backticks to where the last one of that length begins."
  [s]
  (loop [i (str/index-of s "`") found {}]
    (if i
      (let [end (run-end s i)]
        (recur (str/index-of s "`" end) (assoc found (- end i) i)))
      found)))

(defn- code-text [s]
  (let [s (str/replace s "\n" " ")]
    (if (and (str/starts-with? s " ") (str/ends-with? s " ") (re-find #"[^ ]" s))
      (subs s 1 (dec (count s)))
      s)))

(defn- parse-backticks [{:keys [s i] :as state}]
  (let [state (if (:ticks state) state (assoc state :ticks (last-ticks s)))
        start (run-end s i)
        n (- start i)]
    (if (<= (get-in state [:ticks n] -1) i)
      (emit state (subs s i start) start)
      (loop [j (str/index-of s "`" start)]
        (let [end (run-end s j)]
          (if (= n (- end j))
            (emit state {:type :code :text (code-text (subs s start j))} end)
            (recur (str/index-of s "`" end))))))))

(defn- parse-delimiters [{:keys [s i] :as state}]
  (let [end (run-end s i)
        n (- end i)]
    (emit state
          (merge {:delimiter (nth s i) :count n :length n} (flanking s i end))
          end)))

(defn- parse-entity [{:keys [s i] :as state}]
  (let [part (subs s i (min (count s) (+ i 40)))
        [whole entity] (re-find #"^&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]*);" part)
        text (when entity (entities/lookup entity))]
    (if text
      (emit state text (+ i (count whole)))
      (emit-char state))))

(defn- parse-less-than [{:keys [s i absent] :as state}]
  (if-let [[destination end] (scan/autolink s i)]
    (emit state {:type :link :destination destination :children [(subs s (inc i) (dec end))]} end)
    (let [[end absent] (scan/inline-html s i absent)
          state (assoc state :absent absent)]
      (if end
        (emit state {:type :html :text (subs s i end)} end)
        (emit-char state)))))

;; --- links and images

(defn- open-bracket [{:keys [s i tokens brackets] :as state} image?]
  (let [end (if image? (+ i 2) (inc i))
        brackets (if (seq brackets) (conj (pop brackets) (assoc (peek brackets) :inner? true)) brackets)]
    (-> state
        (assoc :brackets (conj brackets {:image? image? :at (count tokens) :from end :active? true}))
        (emit (subs s i end) end))))

(defn- inline-target
  "Returns [{:destination d :title t} end] of what stands in parentheses at `i`, or nil."
  [s i]
  (when (= \( (get s i))
    (let [j (scan/skip-space s (inc i))]
      (if (= \) (get s j))
        [{:destination "" :title nil} (inc j)]
        (when-let [[destination j] (scan/destination s j)]
          (let [k (scan/skip-space s j)
                [title k] (or (when (< j k) (scan/title s k)) [nil k])
                k (scan/skip-space s k)]
            (when (= \) (get s k))
              [{:destination (unescape destination) :title (some-> title unescape)} (inc k)])))))))

(defn- reference-target
  "Returns [reference end] of what the brackets from `from` to `i`, and a label after them, refer to, or nil."
  [{:keys [s refs]} {:keys [from inner?]} i]
  (let [[label end] (scan/label s (inc i))]
    (if (and label (seq label))
      (when-let [target (get refs (normalize-label label))]
        [target end])
      (when (and (not inner?) (< (- i from) 1000))
        (when-let [target (get refs (normalize-label (subs s from i)))]
          [target (or end (inc i))])))))

(defn- deactivate [brackets]
  (mapv #(if (:image? %) % (assoc % :active? false)) brackets))

(defn- close-bracket [{:keys [s i tokens brackets] :as state}]
  (let [{:keys [image? at active?] :as opener} (peek brackets)
        [target end] (when active?
                       (or (inline-target s (inc i))
                           (reference-target state opener i)))]
    (cond
      (nil? opener) (emit-char state)
      (nil? target) (-> state (update :brackets pop) emit-char)
      :else (let [node (merge {:type (if image? :image :link)
                               :children (resolve-emphasis (subvec tokens (inc at)))}
                              target)
                  brackets (pop brackets)]
              (assoc state
                     :tokens (conj (subvec tokens 0 at) node)
                     :brackets (if image? brackets (deactivate brackets))
                     :i end)))))

;; --- all of it

(defn- parse-one [{:keys [s i] :as state}]
  (case (nth s i)
    \newline (parse-newline state)
    \\ (parse-backslash state)
    \` (parse-backticks state)
    (\* \_) (parse-delimiters state)
    \& (parse-entity state)
    \< (parse-less-than state)
    \[ (open-bracket state false)
    \! (if (= \[ (get s (inc i))) (open-bracket state true) (emit-char state))
    \] (close-bracket state)
    (let [end (scan/skip-until s (inc i) special)]
      (emit state (subs s i end) end))))

(defn parse
  "Returns the vector of nodes that the text `s` of a paragraph or heading is, with `refs`, a map from normalized labels to
  {:destination d :title t}."
  [s refs]
  (let [s (str/trim s)]
    (loop [state {:s s :i 0 :tokens [] :brackets [] :refs refs :ticks nil :absent #{}}]
      (if (< (:i state) (count s))
        (recur (parse-one state))
        (resolve-emphasis (:tokens state))))))
