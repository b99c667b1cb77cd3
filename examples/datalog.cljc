; SPDX-License-Identifier: GPL-3.0-only
(ns datalog
  "Queries over entities and tuples in Datalog, as data:

  (q '[:find ?name (count ?child)
       :in $ % ?born
       :where [?p :name ?name] [?p :born ?y] [(< ?y ?born)] (ancestor ?p ?child)]
     db rules 1900)

  :find takes variables, aggregates (f ?x) or (f n ?x), (pull ?e pattern), and may be [?x ...], [?x ?y] or ?x . for a list, one tuple,
  one value. :with names variables that keep tuples apart, :keys makes maps. :in names the inputs: $ and $name databases or
  collections of tuples, % rules, ?x, [?x ?y], [?x ...], [[?x ?y]]. `datalog.clauses` says which clauses there are, `datalog.db` how
  to make databases, `datalog.pull` what patterns are."
  (:require [datalog.clauses :as clauses]
            [datalog.db :as db]
            [datalog.pull :as pull]
            [datalog.rules :as rules]))

;; --- the parts of a query

(def sections #{:find :keys :with :in :where})

(defn- parse-query
  "Returns the map from sections to vectors of what stands in them; a map is returned as it is."
  [query]
  (if (map? query)
    query
    (loop [parsed {} section nil more (seq query)]
      (let [x (first more)]
        (cond
          (nil? more) parsed
          (contains? sections x) (recur (assoc parsed x []) x (next more))
          (nil? section) (clauses/fail "a query begins with :find" {:query query})
          :else (recur (update parsed section conj x) section (next more)))))))

(defn- parse-find
  "Returns {:shape s :elements [...]}."
  [find]
  (let [[x y] find]
    (cond
      (empty? find) (clauses/fail "a query says with :find what is wanted" {:find find})
      (= '. y) {:shape :value :elements [x]}
      (and (vector? x) (= '... (second x))) {:shape :list :elements [(first x)]}
      (vector? x) {:shape :tuple :elements x}
      :else {:shape :relation :elements find})))

;; --- inputs

(defn- add-input [{:keys [sources rules bindings] :as state} [form value]]
  (cond
    (clauses/source? form) (assoc state :sources (assoc sources form value))
    (= '% form) (assoc state :rules value)
    :else (assoc state :bindings (mapcat #(clauses/bind % form value) bindings))))

(defn- add-inputs [in inputs]
  (when (not= (count in) (count inputs))
    (clauses/fail (str "the query has " (count in) " inputs, but was given " (count inputs)) {:in in}))
  (reduce add-input {:sources {} :rules [] :bindings [{}]} (map vector in inputs)))

;; --- aggregates

(defn- average [xs] (/ (reduce + xs) (count xs)))

(defn- median [xs]
  (let [sorted (vec (sort xs)) n (count sorted)]
    (if (odd? n)
      (nth sorted (quot n 2))
      (average (subvec sorted (dec (quot n 2)) (inc (quot n 2)))))))

(defn- least [compare]
  (fn
    ([xs] (first (sort compare xs)))
    ([n xs] (take n (sort compare xs)))))

(def aggregates
  {'count count
   'count-distinct (comp count distinct)
   'distinct set
   'sum #(reduce + %)
   'avg average
   'median median
   'min (least compare)
   'max (least #(compare %2 %1))})

(defn- aggregate? [element]
  (and (seq? element) (not= 'pull (first element))))

(defn- aggregate [[f & args] bindings]
  (let [function (or (get aggregates f) (some-> (resolve f) deref)
                     (clauses/fail (str "there is no aggregate " f) {:aggregate f}))
        xs (map #(get % (last args)) bindings)]
    (apply function (concat (butlast args) [xs]))))

;; --- results

(defn- element-variable [element]
  (cond
    (symbol? element) element
    (= 'pull (first element)) (first (filter clauses/variable? element))
    :else (last element)))

(defn- check-find [elements where-variables]
  (doseq [element elements]
    (when-not (contains? where-variables (element-variable element))
      (clauses/fail (str "the query finds " (pr-str element) ", of which nothing else speaks") {:find element}))))

(defn- element-value [context element binding]
  (if (symbol? element)
    (get binding element)
    (let [[source variable pattern] (if (clauses/source? (second element)) (rest element) (cons '$ (rest element)))]
      (pull/pull (get-in context [:sources source]) pattern (get binding variable)))))

(defn- tuple [context elements bindings]
  (mapv #(if (aggregate? %) (aggregate % bindings) (element-value context % (first bindings))) elements))

(defn- group-bindings
  "Returns groups of bindings, one for each tuple of the result."
  [elements with bindings]
  (let [plain (map element-variable (remove aggregate? elements))
        kept (distinct (concat (map element-variable elements) with))
        apart (set (map #(select-keys % kept) bindings))]
    (if (some aggregate? elements)
      (vals (group-by #(map % plain) apart))
      (map list apart))))

(defn- shaped [shape keys tuples]
  (cond
    (seq keys) (mapv #(zipmap (map keyword keys) %) tuples)
    (= shape :relation) (set tuples)
    (= shape :list) (vec (distinct (map first tuples)))
    (= shape :tuple) (first tuples)
    (= shape :value) (ffirst tuples)))

(defn q
  "Returns what `query` finds in the `inputs`: a set of tuples, or what the form of :find asks for. Fails for a query that makes no sense
  with an exception whose data say where."
  [query & inputs]
  (let [{:keys [find keys with in where]} (parse-query query)
        {:keys [shape elements]} (parse-find find)
        {:keys [sources rules bindings]} (add-inputs (or in '[$]) inputs)
        context {:sources sources}
        context (assoc context :relation (rules/relations context rules))]
    (check-find elements (clauses/variables [in where]))
    (->> bindings
         (clauses/run context where)
         (group-bindings elements with)
         (map #(tuple context elements %))
         (shaped shape keys))))

(def pull pull/pull)
(def empty-db db/empty-db)
(def with db/with)
(def transact db/transact)
