; SPDX-License-Identifier: GPL-3.0-only
(ns datalog-test
  (:require [clojure.set :as set]
            [clojure.test :refer [are deftest is testing]]
            [datalog :as d]))

(def schema
  {:person/name {:unique true}
   :person/parent {:many true :ref true}
   :person/nick {:many true}
   :person/address {:component true}})

(def family
  (d/with (d/empty-db schema)
          [{:db/id "ada" :person/name "Ada" :person/born 1900 :person/nick ["A" "Addy"]
            :person/address {:address/town "Ulm" :address/zip "89073"}}
           {:db/id "bea" :person/name "Bea" :person/born 1925 :person/parent "ada"}
           {:db/id "cem" :person/name "Cem" :person/born 1928 :person/parent "ada"}
           {:db/id "dan" :person/name "Dan" :person/born 1950 :person/parent ["bea" "eve"]}
           {:db/id "eve" :person/name "Eve" :person/born 1926}
           {:db/id "fay" :person/name "Fay" :person/born 1975 :person/parent ["dan"]}]))

(def rules
  '[[(parent ?child ?parent) [?child :person/parent ?parent]]
    [(ancestor ?x ?y) (parent ?x ?y)]
    [(ancestor ?x ?y) (parent ?x ?z) (ancestor ?z ?y)]
    [(sibling ?x ?y) (parent ?x ?p) (parent ?y ?p) [(not= ?x ?y)]]
    [(relative ?x ?y) (or (ancestor ?x ?y) (ancestor ?y ?x) (sibling ?x ?y))]
    [(lonely ?x) [?x :person/name] (not-join [?x] (relative ?x ?y))]])

(deftest patterns
  (are [found query] (= found (d/q query family))
    #{["Ada"]} '[:find ?n :where [?p :person/born 1900] [?p :person/name ?n]]
    #{["Bea"] ["Cem"]} '[:find ?n :where [?p :person/parent [:person/name "Ada"]] [?p :person/name ?n]]
    #{["Dan"]} '[:find ?n :where [?p :person/name ?n] [?p :person/parent ?a] [?p :person/parent ?b] [(not= ?a ?b)]]
    #{[:person/born 1900] [:person/name "Ada"] [:person/nick "A"] [:person/nick "Addy"]}
    '[:find ?a ?v :where [[:person/name "Ada"] ?a ?v] [(not= ?a :person/address)]]
    #{["Ulm"]} '[:find ?t :where [_ :address/town ?t]]
    #{[6]} '[:find (count ?n) :where [_ :person/name ?n]]
    #{} '[:find ?n :where [?p :person/born 1] [?p :person/name ?n]]))

(deftest what-is-found-has-the-form-that-find-asks-for
  (are [found query] (= found (d/q query family))
    ["Ada"] '[:find [?n ...] :where [?p :person/born 1900] [?p :person/name ?n]]
    ["Ada" 1900] '[:find [?n ?b] :where [?p :person/born ?b] [?p :person/name ?n] [(< ?b 1920)]]
    1975 '[:find (max ?b) . :where [_ :person/born ?b]]
    nil '[:find ?b . :where [_ :no/such ?b]]
    [{:name "Ada" :year 1900}] '[:find ?n ?b :keys name year :where [?p :person/born ?b] [?p :person/name ?n] [(= ?b 1900)]]
    [{:person/name "Ada"}] '[:find [(pull ?p [:person/name]) ...] :where [?p :person/born 1900]])
  (is (= #{["Ada"]} (d/q '{:find [?n] :where [[?p :person/born 1900] [?p :person/name ?n]]} family))))

(deftest predicates-and-functions
  (are [found query] (= found (d/q query family))
    #{["Ada"]} '[:find ?n :where [(< ?b 1910)] [?p :person/name ?n] [?p :person/born ?b]]
    #{["Ada" 0] ["Bea" 25] ["Cem" 28]}
    '[:find ?n ?d :where [?p :person/name ?n] [?p :person/born ?b] [(- ?b 1900) ?d] [?q :person/name "Eve"]
      [(< ?d 50)] [(not= ?p ?q)]]
    #{[0] [1] [2]} '[:find ?i :where [(range 3) [?i ...]]]
    #{[1 :b]} '[:find ?x ?y :where [(vector 1 :b) [?x ?y]]]
    #{["Ada" ["A" 1]]} '[:find ?n ?t :where [?p :person/name ?n] [?p :person/nick "A"] [(tuple "A" 1) ?t]]
    #{["Bea"] ["Cem"] ["Dan"] ["Eve"] ["Fay"]} '[:find ?n :where [?p :person/name ?n] [(missing? $ ?p :person/nick)]]
    #{["A"] ["Addy"] ["none"]} '[:find ?k :where [?p :person/name] (or [?p :person/nick ?k] (and [?p :person/born 1925] [(ground "none") ?k]))]
    #{["?" 5]} '[:find ?k (count ?p) :where [?p :person/name] [(get-else $ ?p :person/nick "?") ?k] [(= ?k "?")]])
  (is (= #{[2]} (d/q '[:find ?y :in ?f ?x :where [(?f ?x) ?y]] inc 1)))
  (is (= #{["bc"]} (d/q '[:find ?y :in ?x :where [(clojure.string/lower-case ?x) ?y]] "BC"))))

(deftest inputs
  (is (= #{["Bea"]} (d/q '[:find ?n :in $ ?b :where [?p :person/born ?b] [?p :person/name ?n]] family 1925)))
  (is (= #{["Bea"] ["Ada"]} (d/q '[:find ?n :in $ [?b ...] :where [?p :person/born ?b] [?p :person/name ?n]] family [1925 1900 5])))
  (is (= #{[3]} (d/q '[:find ?s :in [?a ?b] :where [(+ ?a ?b) ?s]] [1 2])))
  (is (= #{[1 :y] [3 :z]} (d/q '[:find ?a ?c :in [[?a ?b]] [[?b ?c]]] [[1 2] [3 4] [5 6]] [[2 :y] [4 :z]])))
  (is (= #{["Ada" :red]}
         (d/q '[:find ?n ?c :in $ $colors :where [?p :person/name ?n] [$colors ?n ?c]] family [["Ada" :red] ["Zoe" :blue]])))
  (is (= #{[1 4]} (d/q '[:find ?x ?z :in $a $b :where [$a ?x ?y] [$b ?y ?z] (not [$a ?z])] [[1 2] [3 5]] [[2 4] [5 1]]))))

(deftest aggregates
  (let [rows [[:a 1] [:a 2] [:a 2] [:b 7] [:b 4]]]
    (are [found find] (= found (d/q (into find '[:in [[?k ?v]]]) rows))
      #{[:a 3] [:b 11]} '[:find ?k (sum ?v)]
      #{[:a 2] [:b 2]} '[:find ?k (count ?v)]
      #{[:a 1 2] [:b 4 7]} '[:find ?k (min ?v) (max ?v)]
      #{[:a 3/2] [:b 11/2]} '[:find ?k (avg ?v)]
      #{[[1 2]]} '[:find (min 2 ?v)]
      #{[#{1 2 4 7}]} '[:find (distinct ?v)]
      #{[3]} '[:find (median ?v)])
    (is (= 16 (d/q '[:find (sum ?v) . :with ?i :in [[?i ?v]]] (map-indexed (fn [i [_ v]] [i v]) rows))))))

(deftest not-and-or
  (are [found query] (= found (d/q query family))
    #{["Ada"] ["Eve"]} '[:find ?n :where [?p :person/name ?n] (not [?p :person/parent])]
    #{["Ada"] ["Eve"] ["Bea"] ["Dan"]}
    '[:find ?n :where (not [?p :person/parent ?a] [?a :person/born 1900] [?p :person/born 1928]) [?p :person/name ?n]
      (not [?p :person/born 1975])]
    #{["Ada"] ["Fay"]} '[:find ?n :where [?p :person/name ?n] (or [?p :person/born 1900] [?p :person/born 1975])]
    #{["Ada"] ["Cem"] ["Dan"]}
    '[:find ?n :where [?p :person/name ?n]
      (or-join [?p] (and [?p :person/nick ?k] [(= ?k "A")]) (and [?p :person/born ?b] [(even? ?b)] [(< 1926 ?b)]))]
    #{["Cem"] ["Fay"]} '[:find ?n :where (not-join [?p] [?c :person/parent ?p]) [?p :person/name ?n]]))

(deftest rules-are-followed
  (let [names (fn [query] (d/q query family rules))]
    (is (= #{["Dan"] ["Bea"] ["Eve"] ["Ada"]}
           (names '[:find ?n :in $ % :where [?f :person/name "Fay"] (ancestor ?f ?a) [?a :person/name ?n]])))
    (is (= #{["Cem"]} (names '[:find ?n :in $ % :where (sibling ?b ?s) [?b :person/name "Bea"] [?s :person/name ?n]])))
    (is (= #{["Bea" "Cem"] ["Cem" "Bea"]}
           (names '[:find ?m ?n :in $ % :where (sibling ?a ?b) [?a :person/name ?m] [?b :person/name ?n]])))
    (is (= #{} (names '[:find ?n :in $ % :where (lonely ?p) [?p :person/name ?n]])))
    (is (= 9 (count (names '[:find ?x ?y :in $ % :where (ancestor ?x ?y)]))))))

(def path-rules
  '[[(path ?x ?y) [?x ?y]]
    [(path ?x ?z) (path ?x ?y) (path ?y ?z)]
    [(even-path ?x ?z) [?x ?y] (odd-path ?y ?z)]
    [(odd-path ?x ?y) [?x ?y]]
    [(odd-path ?x ?z) [?x ?y] (even-path ?y ?z)]
    [(unreachable ?x ?y) [?x] [_ ?y] (not (path ?x ?y))]])

(deftest recursive-rules-end
  (let [circle (map (fn [i] [i (mod (inc i) 7)]) (range 7))
        line (map (fn [i] [i (inc i)]) (range 20))]
    (is (= 49 (count (d/q '[:find ?x ?y :in $ % :where (path ?x ?y)] circle path-rules))))
    (is (= 210 (count (d/q '[:find ?x ?y :in $ % :where (path ?x ?y)] line path-rules))))
    (is (= (set (for [x (range 20), y (range (+ x 2) 21 2)] [x y]))
           (d/q '[:find ?x ?y :in $ % :where (even-path ?x ?y)] line path-rules)))
    (is (= (set/difference (set (for [x (range 20), y (range 1 21)] [x y])) (set (for [x (range 20), y (range (inc x) 21)] [x y])))
           (d/q '[:find ?x ?y :in $ % :where (unreachable ?x ?y)] line path-rules)))))

(deftest transactions
  (let [{:keys [db ids]} (d/transact family [[:db/add [:person/name "Ada"] :person/born 1901]
                                             [:db/retract [:person/name "Ada"] :person/nick "A"]
                                             {:person/name "Bea" :person/nick "B"}
                                             {:db/id -1 :person/name "Gus" :person/parent [-2 [:person/name "Fay"]]}
                                             {:db/id -2 :person/name "Hal"}
                                             [:db/retract-entity [:person/name "Cem"]]])]
    (is (= {:person/born 1901 :person/nick ["Addy"]} (d/pull db [:person/born :person/nick] [:person/name "Ada"])))
    (is (= ["B"] (:person/nick (d/pull db '[*] [:person/name "Bea"]))))
    (is (= #{"Fay" "Hal"} (set (d/q '[:find [?n ...] :in $ ?g :where [?g :person/parent ?p] [?p :person/name ?n]] db (get ids -1)))))
    (is (nil? (d/pull db '[*] [:person/name "Cem"])))
    (is (= 1900 (:person/born (d/pull family [:person/born] [:person/name "Ada"]))) "the old database is as it was"))
  (are [message operation] (thrown-with-msg? #?(:clj Exception :default :error) message (d/with family [operation]))
    #"unique" [:db/add [:person/name "Ada"] :person/name "Bea"]
    #"no such entity" [:db/add [:person/name "Zoe"] :person/born 1]
    #"nil is no value" {:person/name nil}
    #"unknown operation :db/nothing" [:db/nothing 1 2 3]))

(deftest pulling
  (are [found pattern e] (= found (d/pull family pattern e))
    {:person/name "Ada" :person/born 1900} [:person/name :person/born] [:person/name "Ada"]
    {:name "Ada" :size :unknown} '[[:person/name :as :name] [:person/size :as :size :default :unknown]] [:person/name "Ada"]
    {:person/address {:address/town "Ulm"}} [{:person/address [:address/town]}] [:person/name "Ada"]
    {:person/name "Bea" :person/_parent [{:person/name "Dan"}]} [:person/name {:person/_parent [:person/name]}] [:person/name "Bea"]
    nil [:person/shoe] [:person/name "Bea"]
    nil '[*] [:person/name "Zoe"])
  (is (= {:person/name "Fay"
          :person/parent [{:person/name "Dan" :person/parent #{{:person/name "Bea" :person/parent [{:person/name "Ada"}]} {:person/name "Eve"}}}]}
         (update-in (d/pull family '[:person/name {:person/parent ...}] [:person/name "Fay"]) [:person/parent 0 :person/parent] set)))
  (is (= {:person/name "Fay" :person/parent [{:person/name "Dan"}]}
         (d/pull family '[:person/name {:person/parent 1}] [:person/name "Fay"])))
  (is (= #{"A" "Addy"} (set (:person/nick (d/pull family [:person/nick] [:person/name "Ada"])))))
  (is (= "89073" (get-in (d/pull family '[*] [:person/name "Ada"]) [:person/address :address/zip])))
  (let [circle (d/with (d/empty-db {:next {:ref true} :n {:unique true}}) [{:db/id -1 :n 1 :next -2} {:db/id -2 :n 2 :next -1}])]
    (is (= {:n 1 :next {:n 2 :next {:db/id 1}}} (d/pull circle '[:n {:next ...}] [:n 1])))))

(deftest queries-that-make-no-sense-fail
  (are [message query] (thrown-with-msg? #?(:clj Exception :default :error) message (d/q query family []))
    #"nothing says.*\?y" '[:find ?x :in $ % :where [?x :person/born] [(< ?y 5)]]
    #"nothing else speaks" '[:find ?z :in $ % :where [?x :person/born]]
    #"there is no rule nothing" '[:find ?x :in $ % :where (nothing ?x)]
    #"has no input \$2" '[:find ?x :in $ % :where [$2 ?x]]
    #"was given 2" '[:find ?x :where [?x]]
    #"no function nothing-known" '[:find ?x :in $ % :where [?x :person/born ?b] [(nothing-known ?b) ?y]]
    #"this is no clause" '[:find ?x :in $ % :where [?x] 5]
    #"same variables" '[:find ?x :in $ % :where (or [?x :person/born] [?y :person/born])]
    #"begins with :find" '[?x :where [?x]]
    #"says with :find" '[:in $ % :where [?x :person/born]]
    #"says with :find" nil)
  (are [message rules] (thrown-with-msg? #?(:clj Exception :default :error) message
                                         (d/q '[:find ?x :in $ % :where (r ?x)] [[1]] rules))
    #"takes 2 arguments" '[[(r ?x ?y) [?x ?y]]]
    #"does not mention \?x" '[[(r ?x) [?y]]]
    #"does not hold" '[[(r ?x) [?x] (not (r ?x))]]
    #"different lengths" '[[(r ?x) [?x]] [(r ?x ?y) [?x ?y]]]))
