; SPDX-License-Identifier: GPL-3.0-only
(ns markdown.blocks
  "The first half of Markdown: `parse` makes a tree of the blocks of a text. A block is a map with :type, for one that contains others
  :children, for one that contains text :lines, and :start and :end, the numbers of its first and last line. After the CommonMark
  specification 0.31: the blocks that are open at a line are a stack, outermost first; a line continues some of them, may begin
  others, and what is left of it is text for the innermost."
  (:require [clojure.string :as str]
            [markdown.inlines :as inlines]
            [markdown.scan :as scan]))

;; --- the rest of a line: its text, and the column where that begins, which tabs depend on

(defn- tab-width [column]
  (- 4 (mod column 4)))

(defn- indent
  "Returns how many columns of white space the rest of a line begins with."
  [{:keys [text column]}]
  (loop [i 0 at column]
    (case (get text i)
      \space (recur (inc i) (inc at))
      \tab (recur (inc i) (+ at (tab-width at)))
      (- at column))))

(defn- skip
  "Returns the rest of a line after up to `n` columns of white space. A tab that is only partly skipped leaves spaces."
  [{:keys [text column] :as line} n]
  (let [c (get text 0)]
    (cond
      (zero? n) line
      (= c \space) (recur {:text (subs text 1) :column (inc column)} (dec n))
      (= c \tab) (let [w (tab-width column)]
                   (if (<= w n)
                     (recur {:text (subs text 1) :column (+ column w)} (- n w))
                     {:text (str (apply str (repeat (- w n) \space)) (subs text 1)) :column (+ column n)}))
      :else line)))

(defn- skip-indent [line]
  (skip line (indent line)))

(defn- drop-chars
  "Returns the rest of a line after `n` characters that are no white space."
  [{:keys [text column]} n]
  {:text (subs text n) :column (+ column n)})

(defn- blank? [line]
  (str/blank? (:text line)))

;; --- the stack of open blocks; :refs are the definitions of references so far

(defn- trim-blank-lines [lines]
  (loop [lines lines]
    (if (and (seq lines) (str/blank? (peek lines)))
      (recur (pop lines))
      lines)))

(defn- take-definitions
  "Returns [definitions rest] of the text of a paragraph."
  [text]
  (loop [text text found []]
    (if-let [[definition end] (when (str/starts-with? text "[") (scan/definition text 0))]
      (recur (subs text end) (conj found definition))
      [found text])))

(defn- add-definition [refs {:keys [label destination title]}]
  (let [k (inlines/normalize-label label)]
    (if (contains? refs k)
      refs
      (assoc refs k {:destination (inlines/unescape destination) :title (some-> title inlines/unescape)}))))

(defn- finish-paragraph
  "Returns [block refs] for a paragraph that ends: what defines references is taken from its beginning."
  [block refs]
  (let [text (str/join "\n" (:lines block))
        [definitions text] (take-definitions text)]
    [(if (str/blank? text)
       (assoc block :type :definitions :lines [])
       (assoc block :lines [text]))
     (reduce add-definition refs definitions)]))

(defn- gap?
  "Says whether a blank line is between two of the blocks."
  [blocks]
  (some (fn [[a b]] (< (inc (:end a)) (:start b))) (partition 2 1 blocks)))

(defn- last-line [block]
  (apply max (:end block) (map :end (take-last 1 (:children block)))))

(defn- finish
  "Returns [block refs] for a block that ends."
  [block refs]
  (case (:type block)
    :paragraph (finish-paragraph block refs)
    :indented [(update block :lines trim-blank-lines) refs]
    :list [(assoc block
                  :end (last-line block)
                  :loose? (boolean (or (gap? (:children block)) (some gap? (map :children (:children block))))))
           refs]
    (:quote :item :document) [(assoc block :end (last-line block)) refs]
    [block refs]))

(defn- close [{:keys [stack refs] :as state}]
  (let [[block refs] (finish (peek stack) refs)
        parent (peek (pop stack))]
    (assoc state
           :stack (conj (pop (pop stack)) (update parent :children conj block))
           :refs refs)))

(defn- close-to
  "Closes blocks until `n` are open."
  [state n]
  (if (< n (count (:stack state)))
    (recur (close state) n)
    state))

(defn- tip [state]
  (peek (:stack state)))

(defn- contains-blocks? [parent block]
  (case (:type parent)
    :list (= :item (:type block))
    (:document :quote :item) true
    false))

(defn- open
  "Opens a block in the innermost open block that may contain it."
  [state block]
  (if (contains-blocks? (tip state) block)
    (update state :stack conj (merge {:start (:number state) :end (:number state) :children []} block))
    (recur (close state) block)))

(defn- add-line [{:keys [stack number] :as state} text]
  (let [block (peek stack)]
    (assoc state :stack (conj (pop stack) (assoc block :lines (conj (:lines block []) text) :end number)))))

;; --- which open blocks a line continues

(defn- closing-fence? [{:keys [fence]} line]
  (and (< (indent line) 4)
       (when-let [[_ run] (re-matches #"[ \t]*(`{3,}|~{3,})[ \t]*" (:text line))]
         (and (= (first run) (first fence))
              (<= (count fence) (count run))))))

(defn- continue-block
  "Returns the rest of `line` where it continues the open `block`, :closed where the line was the end of it, or nil."
  [block line]
  (case (:type block)
    (:document :list) line
    :quote (when (and (< (indent line) 4) (str/starts-with? (:text (skip-indent line)) ">"))
             (-> line skip-indent (drop-chars 1) (skip 1)))
    :item (when (if (blank? line) (seq (:children block)) (<= (:offset block) (indent line)))
            (skip line (:offset block)))
    :fenced (if (closing-fence? block line) :closed (skip line (:indent block)))
    :indented (cond
                (<= 4 (indent line)) (skip line 4)
                (blank? line) (skip line 4))
    :html (when-not (and (nil? (:until block)) (blank? line)) line)
    :paragraph (when-not (blank? line) line)
    nil))

; An item whose first child is still open has children, too.
(defn- with-open-child [stack i]
  (let [block (nth stack i)]
    (if (and (= :item (:type block)) (< (inc i) (count stack)))
      (assoc block :children [(nth stack (inc i))])
      block)))

(defn- match-open
  "Returns [n line] for how many open blocks `line` continues, and what is left of it, or :closed."
  [stack line]
  (loop [n 0 line line]
    (let [more (when (< n (count stack)) (continue-block (with-open-child stack n) line))]
      (cond
        (nil? more) [n line]
        (= more :closed) [n :closed]
        :else (recur (inc n) more)))))

;; --- which blocks a line begins. Each function takes the state, in which all blocks that the line does not continue are still open,
;; with :matched, and the rest of the line, and returns nil or [state line]; line is nil where nothing is left.

(defn- begin [state block]
  (-> state
      (close-to (:matched state))
      (open block)
      (as-> state (assoc state :matched (count (:stack state))))))

(defn- in-paragraph?
  "Says whether the innermost block that the line continues is a paragraph."
  [{:keys [stack matched]}]
  (and (= matched (count stack)) (= :paragraph (:type (peek stack)))))

(defn- begin-quote [state line]
  (when (str/starts-with? (:text line) ">")
    [(begin state {:type :quote}) (-> line (drop-chars 1) (skip 1))]))

(defn- begin-heading [state line]
  (when-let [[_ marks text] (re-matches #"(#{1,6})(?:[ \t]+(.*)|)" (:text line))]
    (let [text (-> (or text "") (str/replace #"(^|[ \t]+)#+[ \t]*$" "") str/trim)]
      [(close (begin state {:type :heading :level (count marks) :lines [text]})) nil])))

(defn- begin-fence [state line spaces]
  (when-let [[_ ticks info waves info2] (re-matches #"(`{3,})([^`]*)|(~{3,})(.*)" (:text line))]
    [(begin state {:type :fenced :fence (or ticks waves) :indent spaces :lines []
                   :info (inlines/unescape (str/trim (or info info2 "")))})
     nil]))

(def ^:private html-blocks ; how lines begin, and end
  [[#"(?i)^<(?:script|pre|style|textarea)(?:[ \t>]|$).*" #"(?i)</(?:script|pre|style|textarea)>"]
   [#"^<!--.*" #"-->"]
   [#"^<\?.*" #"\?>"]
   [#"^<![A-Za-z].*" #">"]
   [#"^<!\[CDATA\[.*" #"\]\]>"]])

(def ^:private block-tags
  (set (str/split (str "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt "
                       "fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li "
                       "link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot "
                       "th thead title tr track ul")
                  #" ")))

(defn- block-tag? [text]
  (when-let [[_ tag] (re-find #"^</?([A-Za-z][A-Za-z0-9]*)(?:[ \t>]|/>|$)" text)]
    (contains? block-tags (str/lower-case tag))))

(defn- lone-tag? [text]
  (when-let [end (or (scan/open-tag-end text 0) (scan/close-tag-end text 0))]
    (str/blank? (subs text end))))

; The line itself is the first of the block's text, with its indentation.
(defn- begin-html [{:keys [stack] :as state} line whole]
  (let [text (:text line)]
    (when (str/starts-with? text "<")
      (let [until (some (fn [[start end]] (when (re-find start text) end)) html-blocks)]
        (when (or until
                  (block-tag? text)
                  (and (not= :paragraph (:type (peek stack))) (lone-tag? text)))
          [(begin state {:type :html :until until :lines []}) whole])))))

(defn- begin-setext [state line]
  (when (in-paragraph? state)
    (when-let [[_ marks] (re-matches #"(=+|-+)[ \t]*" (:text line))]
      (let [[definitions text] (take-definitions (str/join "\n" (:lines (tip state))))]
        (when-not (str/blank? text)
          (let [{:keys [stack number] :as state} (update state :refs #(reduce add-definition % definitions))
                block (assoc (peek stack) :type :heading :level (if (= \= (first marks)) 1 2) :lines [text] :end number)]
            [(close (assoc state :stack (conj (pop stack) block))) nil]))))))

(defn- begin-break [state line]
  (when (re-matches #"(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}" (:text line))
    [(close (begin state {:type :break})) nil]))

(defn- list-marker
  "Returns {:marker text :mark character :number n}, the number for ordered lists only, or nil."
  [text]
  (if-let [[_ bullet] (re-find #"^([*+-])(?:[ \t]|$)" text)]
    {:marker bullet :mark (first bullet)}
    (when-let [[_ digits mark] (re-find #"^([0-9]{1,9})([.)])(?:[ \t]|$)" text)]
      {:marker (str digits mark) :mark (first mark) :number (parse-long digits)})))

(defn- begin-item [state line spaces]
  (when-let [{:keys [marker mark number]} (list-marker (:text line))]
    (let [after (drop-chars line (count marker))
          empty-item? (blank? after)]
      (when-not (and (in-paragraph? state)
                     (or empty-item? (and number (not= 1 number))))
        (let [width (indent after)
              gap (if (or empty-item? (< 4 width)) 1 width)
              state (close-to state (:matched state))
              state (if (= :paragraph (:type (tip state))) (close state) state)
              current (tip state)
              state (if (and (= :list (:type current)) (= mark (:mark current)))
                      state
                      (open state {:type :list :mark mark :number number}))
              state (open state {:type :item :offset (+ spaces (count marker) gap)})]
          [(assoc state :matched (count (:stack state)))
           (skip after gap)])))))

(defn- begin-code [{:keys [stack] :as state} line]
  (when-not (or (blank? line) (= :paragraph (:type (peek stack))))
    [(begin state {:type :indented :lines []}) (skip line 4)]))

(defn- text-block? [block]
  (contains? #{:fenced :indented :html} (:type block)))

(defn- begin-blocks
  "Begins the blocks that the rest of a line begins. Returns [state line]."
  [state line]
  (let [spaces (indent line)
        inner (skip line spaces)
        container (nth (:stack state) (dec (:matched state)))
        [new-state more :as found]
        (cond
          (text-block? container) nil
          (< 3 spaces) (begin-code state line)
          :else (or (begin-quote state inner)
                    (begin-heading state inner)
                    (begin-fence state inner spaces)
                    (begin-html state inner line)
                    (begin-setext state inner)
                    (begin-break state inner)
                    (begin-item state inner spaces)))]
    (cond
      (nil? found) [state line]
      (nil? more) [new-state nil]
      :else (recur new-state more))))

;; --- lines

(defn- add-text
  "Adds the rest of a line to the innermost block that takes text, or to a new paragraph."
  [{:keys [stack matched] :as state} line]
  (let [lazy? (and (< matched (count stack)) (= :paragraph (:type (peek stack))) (not (blank? line)))
        state (if lazy? state (close-to state matched))
        block (tip state)]
    (case (:type block)
      (:fenced :indented) (if (blank? line)
                            (assoc-in (add-line state (:text line)) [:stack (dec (count (:stack state))) :end]
                                      (if (= :fenced (:type block)) (:number state) (:end block)))
                            (add-line state (:text line)))
      :html (let [state (add-line state (:text line))]
              (if (and (:until block) (re-find (:until block) (:text line))) (close state) state))
      :paragraph (add-line state (:text (skip-indent line)))
      (if (blank? line)
        state
        (-> state
            (open {:type :paragraph})
            (add-line (:text (skip-indent line))))))))

; A quote ends where its last > is.
(defn- note-quotes [state]
  (update state :stack
          (fn [stack]
            (reduce (fn [stack i]
                      (if (= :quote (:type (nth stack i))) (assoc-in stack [i :end] (:number state)) stack))
                    stack
                    (range (:matched state))))))

(defn- add-to-document [state text]
  (let [[matched line] (match-open (:stack state) {:text text :column 0})
        state (-> state (update :number inc) (assoc :matched matched))]
    (if (= line :closed)
      (-> state
          (assoc-in [:stack matched :end] (:number state))
          (close-to matched))
      (let [state (note-quotes state)
            [state line] (begin-blocks state line)]
        (if line (add-text state line) state)))))

(defn- split-lines [text]
  (let [lines (str/split (str/replace text "\u0000" "\uFFFD") #"\r\n|\n|\r" -1)]
    (if (= "" (peek lines)) (pop lines) lines)))

(defn parse
  "Returns [document refs]: the tree of blocks of the Markdown `text`, and the map from normalized labels to what they refer to."
  [text]
  (let [state (reduce add-to-document
                      {:stack [{:type :document :start 1 :end 1 :children []}] :refs {} :number 0}
                      (split-lines text))
        {:keys [stack refs]} (close-to state 1)]
    [(first stack) refs]))
