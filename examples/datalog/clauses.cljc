; SPDX-License-Identifier: GPL-3.0-only
(ns datalog.clauses
  "What the clauses of a query mean: `run` takes the bindings so far, a sequence of maps from variables to values, and returns those
  with which all clauses hold. The context is a map: :sources, from $ and others to databases or collections of tuples; :relation, a
  function from the name of a rule to its tuples."
  (:require [clojure.set :as set]
            [clojure.string :as str]
            [clojure.walk :as walk]
            [datalog.db :as db])
  (:import [datalog.db Db]))

(declare run)

(defn variable? [x]
  (and (symbol? x) (str/starts-with? (name x) "?")))

(defn source? [x]
  (and (symbol? x) (str/starts-with? (name x) "$")))

(defn fail [message data]
  (throw (ex-info message data)))

(defn variables
  "Returns the set of the variables in a form."
  [form]
  (set (filter variable? (tree-seq coll? seq form))))

;; --- kinds of clauses

(defn- clause-head [clause]
  (let [[x y] clause]
    (if (source? x) y x)))

(defn kind [clause]
  (cond
    (and (seq? clause) (symbol? (clause-head clause)))
    (case (clause-head clause)
      (not or and not-join or-join) (keyword (name (clause-head clause)))
      :rule)

    (and (vector? clause) (seq? (first clause))) (if (= 1 (count clause)) :predicate :function)
    (and (vector? clause) (seq clause)) :pattern
    :else (fail (str "this is no clause: " (pr-str clause)) {:clause clause})))

(defn- with-source
  "Returns [source clause] with the source taken off the clause."
  [clause]
  (if (source? (first clause))
    [(first clause) (if (vector? clause) (subvec clause 1) (rest clause))]
    ['$ clause]))

(defn- the-source [context name]
  (if (contains? (:sources context) name)
    (get-in context [:sources name])
    (fail (str "the query has no input " name) {:source name})))

;; --- patterns: the index that is chosen depends on what is known

(defn- unify
  "Returns `binding` with what the `terms` of a clause are in `tuple`, or nil where they contradict it."
  [binding terms tuple]
  (loop [binding binding terms (seq terms) tuple (seq tuple)]
    (cond
      (nil? terms) binding
      (nil? tuple) nil
      :else
      (let [t (first terms) v (first tuple)]
        (cond
          (= t '_) (recur binding (next terms) (next tuple))
          (variable? t) (let [known (get binding t ::unknown)]
                          (cond
                            (= known ::unknown) (recur (assoc binding t v) (next terms) (next tuple))
                            (= known v) (recur binding (next terms) (next tuple))))
          (= t v) (recur binding (next terms) (next tuple)))))))

(defn- known [binding term]
  (cond
    (= term '_) nil
    (variable? term) (get binding term)
    :else term))

(defn- candidates
  "Returns facts of the database among which are all where the parts that are not nil are as given."
  [{:keys [eav aev ave] :as database} e a v]
  (cond
    (and e a) (map #(vector e a %) (get-in eav [e a]))
    e (for [[a vs] (get eav e), v vs] [e a v])
    (and a (some? v)) (map #(vector % a v) (get-in ave [a v]))
    a (for [[e vs] (get aev a), v vs] [e a v])
    :else (db/facts database)))

(defn- match-facts [database [e a v :as terms] binding]
  (let [e-known (db/entity-id database (known binding e))
        a-known (known binding a)
        v-known (known binding v)
        v-known (if (and (vector? v-known) a-known (db/ref? database a-known)) (db/entity-id database v-known) v-known)
        terms (take (count terms) [(if (vector? e) e-known e) a (if (vector? v) v-known v)])]
    (keep #(unify binding terms %) (candidates database e-known a-known v-known))))

(defn- match-tuples
  "Joins the bindings with the tuples, which are put into groups by the parts that all bindings know."
  [tuples terms bindings]
  (let [bound (set (keys (first bindings)))
        places (keep-indexed (fn [i t] (when (and (not= t '_) (or (not (variable? t)) (contains? bound t))) i)) terms)
        groups (group-by (fn [tuple] (mapv #(nth tuple % nil) places)) tuples)]
    (mapcat (fn [binding]
              (keep #(unify binding terms %)
                    (get groups (mapv #(known binding (nth terms %)) places))))
            bindings)))

(defn- run-pattern [context clause bindings]
  (let [[name terms] (with-source clause)
        source (the-source context name)]
    (if (instance? Db source)
      (mapcat #(match-facts source terms %) bindings)
      (match-tuples source terms bindings))))

;; --- predicates and functions

(def built-ins
  {'= = 'not= not= '< < '> > '<= <= '>= >= '+ + '- - '* * '/ / 'inc inc 'dec dec 'mod mod 'quot quot 'rem rem 'max max 'min min
   'str str 'subs subs 'count count 'even? even? 'odd? odd? 'zero? zero? 'pos? pos? 'neg? neg? 'nil? nil? 'some? some?
   'string? string? 'keyword? keyword? 'number? number? 'contains? contains? 'get get 'first first 'second second 'range range
   'vector vector 'tuple vector 'hash-map hash-map 'identity identity 'ground identity 're-find re-find 're-matches re-matches
   'keyword keyword 'name name 'namespace namespace 'compare compare 'not not 'untuple identity})

(defn- resolve-function [f binding]
  (cond
    (variable? f) (get binding f)
    (contains? built-ins f) (get built-ins f)
    (symbol? f) (if-let [v (resolve f)] @v (fail (str "there is no function " f) {:function f}))
    :else f))

(defn- argument [context binding x]
  (cond
    (variable? x) (if (contains? binding x)
                    (get binding x)
                    (fail (str "nothing says before what " x " is") {:variable x}))
    (source? x) (the-source context x)
    :else x))

(defn- get-else [database e a default]
  (let [v (first (db/values database (db/entity-id database e) a))]
    (if (nil? v) default v)))

(defn- missing? [database e a]
  (empty? (db/values database (db/entity-id database e) a)))

(defn- call [context [f & args] binding]
  (let [args (map #(argument context binding %) args)]
    (case f
      get-else (apply get-else args)
      missing? (apply missing? args)
      and (every? identity args)
      or (some identity args)
      (apply (resolve-function f binding) args))))

(defn bind
  "Returns the sequence of bindings that `binding` becomes where the form `to` is bound to `value`: a variable, [?a ?b] a tuple, [?a ...]
  each of a collection, [[?a ?b]] each tuple of one."
  [binding to value]
  (cond
    (= to '_) [binding]
    (variable? to) (some-> (unify binding [to] [value]) list)
    (not (vector? to)) (fail (str "this binds nothing: " (pr-str to)) {:form to})
    (= '... (second to)) (mapcat #(bind binding (first to) %) value)
    (and (= 1 (count to)) (vector? (first to))) (mapcat #(bind binding (first to) %) value)
    :else (reduce (fn [bindings [to v]] (mapcat #(bind % to v) bindings))
                  [binding]
                  (map vector to (concat value (repeat nil))))))

;; --- not, or, and

(defn- project [binding vars]
  (select-keys binding vars))

; What is to hold of the variables of `vars`, and no others, is looked for once for equal values of them.
(defn- run-joined [context vars clauses bindings]
  (let [groups (group-by #(project % vars) bindings)]
    (mapcat (fn [[known group]]
              (let [found (distinct (map #(project % vars) (run context clauses [known])))]
                (for [binding group, more found] (merge binding more))))
            groups)))

(defn- run-not [context vars clauses bindings]
  (let [vars (filter vars (keys (first bindings)))
        holds? (memoize (fn [known] (boolean (seq (run context clauses [known])))))]
    (when (empty? vars)
      (fail "nothing says before what the variables of not are" {:clauses clauses}))
    (remove #(holds? (project % vars)) bindings)))

(defn- check-or [branches]
  (when-not (apply = (map variables branches))
    (fail "all branches of or must have the same variables" {:branches branches})))

(defn- run-clause [context clause bindings]
  (let [[_ & body :as plain] (if (seq? clause) (second (with-source clause)) clause)]
    (case (kind clause)
      :pattern (run-pattern context clause bindings)
      :predicate (filter #(call context (first clause) %) bindings)
      :function (mapcat #(bind % (second clause) (call context (first clause) %)) bindings)
      :and (run context body bindings)
      :not (run-not context (variables body) body bindings)
      :not-join (run-not context (set (first body)) (rest body) bindings)
      :or (do (check-or body)
              (distinct (mapcat #(run context [%] bindings) body)))
      :or-join (distinct (mapcat #(run-joined context (variables (first body)) [%] bindings) (rest body)))
      :rule (match-tuples ((:relation context) plain) body bindings))))

;; --- the order of clauses

(defn- ready?
  "Says whether the clause can be run where the variables `bound` are known."
  [clause bound]
  (case (kind clause)
    :predicate (set/subset? (variables clause) bound)
    :function (set/subset? (variables (first clause)) bound)
    :not (seq (set/intersection (variables clause) bound))
    :not-join (set/subset? (set (second clause)) bound)
    true))

; How much a clause is expected to leave: the smaller the earlier.
(defn- cost [clause bound]
  (case (kind clause)
    (:predicate :not :not-join) 0
    :function 1
    :pattern (let [[_ [e a v]] (with-source clause)
                   known? #(and (some? %) (not= % '_) (or (not (variable? %)) (contains? bound %)))]
               (cond
                 (known? e) 2
                 (and (known? a) (known? v)) 3
                 (known? v) 8
                 (known? a) 6
                 :else 9))
    :rule (if (seq (set/intersection (variables clause) bound)) 5 7)
    7))

; not waits until all of its variables that any other clause binds are known.
(defn- waits? [clause others bound]
  (and (= :not (kind clause))
       (seq (set/difference (set/intersection (variables clause) (variables (remove #(= % clause) others))) bound))))

(defn- next-clause [clauses bound]
  (let [ready (filter #(and (ready? % bound) (not (waits? % clauses bound))) clauses)]
    (if (empty? ready)
      (fail (str "nothing says what the variables of these are: " (pr-str clauses)) {:clauses clauses})
      (apply min-key #(cost % bound) (reverse ready)))))

(defn- without-first [clauses clause]
  (let [[before after] (split-with #(not= clause %) clauses)]
    (concat before (rest after))))

(defn run
  "Returns the bindings, a sequence of maps, that extend some of `bindings` and with which all `clauses` hold."
  [context clauses bindings]
  (loop [clauses clauses bindings bindings]
    (if (or (empty? clauses) (empty? bindings))
      bindings
      (let [clause (next-clause clauses (set (keys (first bindings))))]
        (recur (without-first clauses clause)
               (run-clause context clause bindings))))))

(defn rename
  "Returns `form` with variables replaced as the map `names` says."
  [form names]
  (walk/postwalk #(get names % %) form))
