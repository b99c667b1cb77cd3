; SPDX-License-Identifier: GPL-3.0-only
(ns markdown-test
  (:require [clojure.string :as str]
            [clojure.test :refer [are deftest is testing]]
            [markdown :as md]))

(deftest headings
  (are [text html] (= html (md/to-html text))
    "# one" "<h1>one</h1>\n"
    "   ###### six ##  " "<h6>six</h6>\n"
    "####### seven" "<p>####### seven</p>\n"
    "#none" "<p>#none</p>\n"
    "## a \\##" "<h2>a ##</h2>\n"
    "#" "<h1></h1>\n"
    "a\nb\n===" "<h1>a\nb</h1>\n"
    "a\n--" "<h2>a</h2>\n"
    "> a\n---" "<blockquote>\n<p>a</p>\n</blockquote>\n<hr />\n"))

(deftest paragraphs-and-breaks
  (are [text html] (= html (md/to-html text))
    "" ""
    "  a\n   b\n\n\nc" "<p>a\nb</p>\n<p>c</p>\n"
    "a  \nb\\\nc" "<p>a<br />\nb<br />\nc</p>\n"
    "***\n- - -\n_ _ _ _" "<hr />\n<hr />\n<hr />\n"
    "a\r\nb\rc" "<p>a\nb\nc</p>\n"
    "a\n* * *" "<p>a</p>\n<hr />\n"))

(deftest code-blocks
  (are [text html] (= html (md/to-html text))
    "    a\n\n      b\n\n\nc" "<pre><code>a\n\n  b\n</code></pre>\n<p>c</p>\n"
    "a\n    b" "<p>a\nb</p>\n"
    "\ta\n  \tb" "<pre><code>a\nb\n</code></pre>\n"
    "```lisp x\n<a>\n```" "<pre><code class=\"language-lisp\">&lt;a&gt;\n</code></pre>\n"
    "~~~\n```\n~~~~\nb" "<pre><code>```\n</code></pre>\n<p>b</p>\n"
    "```\n\n  open" "<pre><code>\n  open\n</code></pre>\n"
    "  ```\n   a\n b\n  ```" "<pre><code> a\nb\n</code></pre>\n"
    "> ```\na" "<blockquote>\n<pre><code></code></pre>\n</blockquote>\n<p>a</p>\n"))

(deftest quotes
  (are [text html] (= html (md/to-html text))
    "> a\n>b\nc\n\nd" "<blockquote>\n<p>a\nb\nc</p>\n</blockquote>\n<p>d</p>\n"
    "> > a\nb" "<blockquote>\n<blockquote>\n<p>a\nb</p>\n</blockquote>\n</blockquote>\n"
    "> - a\nb" "<blockquote>\n<ul>\n<li>a\nb</li>\n</ul>\n</blockquote>\n"
    ">\n> \n" "<blockquote>\n</blockquote>\n"
    ">\t\ta" "<blockquote>\n<pre><code>  a\n</code></pre>\n</blockquote>\n"))

(deftest lists
  (are [text html] (= html (md/to-html text))
    "- a\n- b" "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
    "- a\n\n- b" "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n"
    "- a\n+ b" "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>\n"
    "3. a\n9. b" "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"
    "a\n2. b" "<p>a\n2. b</p>\n"
    "a\n1. b" "<p>a</p>\n<ol>\n<li>b</li>\n</ol>\n"
    "1234567890. a" "<p>1234567890. a</p>\n"
    "- a\n  - b\n    - c\n- d"
    "<ul>\n<li>a\n<ul>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ul>\n"
    "- a\n  - b\n\n    c\n- d"
    "<ul>\n<li>a\n<ul>\n<li>\n<p>b</p>\n<p>c</p>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ul>\n"
    "* a\n  > b\n  >\n* c" "<ul>\n<li>a\n<blockquote>\n<p>b</p>\n</blockquote>\n</li>\n<li>c</li>\n</ul>\n"
    "- a\n- ```\n  b\n\n\n  ```\n- c" "<ul>\n<li>a</li>\n<li>\n<pre><code>b\n\n\n</code></pre>\n</li>\n<li>c</li>\n</ul>\n"
    "- a\n- b\n\n  [x]: /y\n- d" "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n<li>\n<p>d</p>\n</li>\n</ul>\n"
    "-\n  a\n-\n\n  b" "<ul>\n<li>a</li>\n<li></li>\n</ul>\n<p>b</p>\n"
    "-     a\n\n      b" "<ul>\n<li>\n<pre><code>a\n\nb\n</code></pre>\n</li>\n</ul>\n"
    "- # a\n- b\n  ===" "<ul>\n<li>\n<h1>a</h1>\n</li>\n<li>\n<h1>b</h1>\n</li>\n</ul>\n"
    "-\ta\n\n\tb" "<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n</ul>\n"))

(deftest html-blocks
  (are [text html] (= html (md/to-html text))
    "<div>\n*a*\n\n*b*" "<div>\n*a*\n<p><em>b</em></p>\n"
    "<script>\n\na\n</script>\n*b*" "<script>\n\na\n</script>\n<p><em>b</em></p>\n"
    "  <!-- a\n\nb -->c\n*d*" "  <!-- a\n\nb -->c\n<p><em>d</em></p>\n"
    "<x-y z='1'>\n*a*" "<x-y z='1'>\n*a*\n"
    "a\n<x-y>\nb" "<p>a\n<x-y>\nb</p>\n"
    "<?php\n\n?>\n<!A\n>\n<![CDATA[\n\n]]>" "<?php\n\n?>\n<!A\n>\n<![CDATA[\n\n]]>\n"))

(deftest emphasis
  (are [text html] (= (str "<p>" html "</p>\n") (md/to-html text))
    "*a* _b_ **c** __d__" "<em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong>"
    "a * b * c" "a * b * c"
    "a_b_c a*b*c" "a_b_c a<em>b</em>c"
    "***a** b*" "<em><strong>a</strong> b</em>"
    "***a* b**" "<strong><em>a</em> b</strong>"
    "*a **b** c*" "<em>a <strong>b</strong> c</em>"
    "*a**b*" "<em>a**b</em>"
    "****a****" "<strong><strong>a</strong></strong>"
    "**a*" "*<em>a</em>"
    "*a _b* c_" "<em>a _b</em> c_"
    "*(*a*)*" "<em>(<em>a</em>)</em>"
    "é_ü_ „_ü_“" "é_ü_ „<em>ü</em>“"
    "*a\\**" "<em>a*</em>"
    "*[a*](b)" "*<a href=\"b\">a*</a>"))

(deftest code-spans
  (are [text html] (= (str "<p>" html "</p>\n") (md/to-html text))
    "`a` ``b`c``" "<code>a</code> <code>b`c</code>"
    "`` ` ``" "<code>`</code>"
    "` `" "<code> </code>"
    "`a\nb  c`" "<code>a b  c</code>"
    "```a``" "```a``"
    "`a\\`b`" "<code>a\\</code>b`"
    "*a`*`" "*a<code>*</code>"
    "`<b>&amp;`" "<code>&lt;b&gt;&amp;amp;</code>"))

(deftest links-and-images
  (are [text html] (= (str "<p>" html "</p>\n") (md/to-html text))
    "[a](/b)" "<a href=\"/b\">a</a>"
    "[a](</b c> 't\\'u')" "<a href=\"/b%20c\" title=\"t'u\">a</a>"
    "[a]( b (t) )" "<a href=\"b\" title=\"t\">a</a>"
    "[a](b(c)d)" "<a href=\"b(c)d\">a</a>"
    "[a](b c)" "[a](b c)"
    "[]()" "<a href=\"\"></a>"
    "[a [b](c) d](e)" "[a <a href=\"c\">b</a> d](e)"
    "![a *b* `c`](d \"e\")" "<img src=\"d\" alt=\"a b c\" title=\"e\" />"
    "[![a](b)](c)" "<a href=\"c\"><img src=\"b\" alt=\"a\" /></a>"
    "[ü](/ü?a&b)" "<a href=\"/%C3%BC?a&amp;b\">ü</a>"
    "[*a*][b]\n\n[B]: /c" "<a href=\"/c\"><em>a</em></a>"
    "[a][] [a] [a][x]\n\n[a]:\n/b\n'c'" "<a href=\"/b\" title=\"c\">a</a> <a href=\"/b\" title=\"c\">a</a> [a][x]"
    "[ẞ]\n\n[SS]: /s" "<a href=\"/s\">ẞ</a>"
    "[a]\n\n[a]: 1\n[a]: 2" "<a href=\"1\">a</a>"
    "[a]\n\n[a]: /b 'c' d" "[a]</p>\n<p>[a]: /b 'c' d"))

(deftest autolinks-html-and-entities
  (are [text html] (= (str "<p>" html "</p>\n") (md/to-html text))
    "<http://a.b?c=\"d>" "<a href=\"http://a.b?c=%22d\">http://a.b?c=&quot;d</a>"
    "<a.b@c.de>" "<a href=\"mailto:a.b@c.de\">a.b@c.de</a>"
    "a <a b>" "a <a b>"
    "x <a b=\"c\" d='e' f=g/> </h> <!-- i\nj -->" "x <a b=\"c\" d='e' f=g/> </h> <!-- i\nj -->"
    "x <a b=\"> <1> </a b>" "x &lt;a b=&quot;&gt; &lt;1&gt; &lt;/a b&gt;"
    "&lt; &auml; &#228; &#xE4; &#0; &nothing; &amp" "&lt; ä ä ä \uFFFD &amp;nothing; &amp;amp"
    "\\* \\a \\&amp;" "* \\a &amp;amp;"))

(def hostile
  "Is texts that take long where anything is looked for again and again, as functions of a size."
  {"unclosed emphasis" #(apply str (repeat % "*a "))
   "mixed emphasis" #(apply str (repeat % "*a _b ** "))
   "open brackets" #(apply str (repeat % "["))
   "open and closed brackets" #(str (apply str (repeat % "[")) "a" (apply str (repeat % "]")))
   "links that end nowhere" #(apply str (repeat % "[a](<b"))
   "backticks of all lengths" #(subs (apply str (map (fn [n] (str "e" (apply str (repeat n "`")))) (range 150))) 0 %)
   "comments that end nowhere" #(apply str "a" (repeat % "<!--"))
   "tags that end nowhere" #(apply str "a" (repeat % "<a b=\""))
   "entities" #(apply str (repeat % "&a"))
   "definitions" #(apply str (map (fn [n] (str "[" n "]: x\n")) (range %)))
   "empty lines in an item" #(str "- a\n" (apply str (repeat % "\n")) "  b")
   "one line" #(apply str (repeat % "a"))
   "tabs" #(apply str (repeat % "\t"))
   "quotes inside each other" #(apply str (repeat (quot % 8) "> "))})

#?(:lona
   (deftest time-is-proportional-to-length
     (doseq [[name text] hostile]
       (testing name
         (let [work (fn [n]
                      (let [text (text n) before (:reductions (process-info (self) [:reductions]))]
                        (md/to-html text)
                        (- (:reductions (process-info (self) [:reductions])) before)))]
           (work 100)
           (is (< (work 8000) (* 14 (work 1000)))))))))
