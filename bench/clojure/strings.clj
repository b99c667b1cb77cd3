; SPDX-License-Identifier: GPL-3.0-only
(require 'clojure.string)
(let [text (clojure.string/join " " (map str (range 300000)))
      parts (clojure.string/split text #" ")]
  (println (count text) (reduce + (map parse-long parts)))
  (println (count (clojure.string/replace (clojure.string/upper-case text) "99" "ninety-nine"))))
