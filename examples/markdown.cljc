; SPDX-License-Identifier: GPL-3.0-only
(ns markdown
  "Markdown to HTML, after the CommonMark specification 0.31, in portable Clojure. (markdown/to-html text) returns the HTML;
  the program prints that of a file."
  (:require [markdown.blocks :as blocks]
            [markdown.html :as html]))

(defn to-html
  "Returns the HTML of the Markdown `text`."
  [text]
  (let [[document refs] (blocks/parse text)]
    (html/render document refs)))

(defn -main [& args]
  (if-let [path (first args)]
    (do (print (to-html (slurp path)))
        (flush))
    (println "usage: markdown FILE")))
