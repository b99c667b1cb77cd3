; SPDX-License-Identifier: GPL-3.0-only
(ns datalog.rules
  "Rules: the tuples of each are computed once for a query, from the bottom up. Rules that need each other are computed together by
  semi-naive evaluation: in each round, one of the recursive calls in a rule's body sees only the tuples that the round before
  brought, the others all, until a round brings nothing."
  (:require [clojure.set :as set]
            [datalog.clauses :as clauses]))

;; --- rules as bodies without or: {:name n :args [...] :body [...]}

(declare alternatives)

(defn- alternatives-of-clause
  "Returns the sequence of vectors of clauses, one of which must hold for the clause to hold."
  [clause]
  (case (clauses/kind clause)
    :and (alternatives (rest clause))
    :or (mapcat #(alternatives [%]) (rest clause))
    :or-join (let [[_ vars & branches] clause]
               (mapcat (fn [branch]
                         (let [inner (set/difference (clauses/variables branch) (set vars))]
                           (alternatives [(clauses/rename branch (zipmap inner (map #(gensym (str % "-")) inner)))])))
                       branches))
    [[clause]]))

(defn- alternatives [body]
  (reduce (fn [found clause]
            (let [more (alternatives-of-clause clause)]
              (for [before found, after more] (into before after))))
          [[]]
          body))

(defn- head-arguments [args]
  (if (vector? (first args)) (into (first args) (rest args)) (vec args)))

(defn- parse-rule [[[name & args :as head] & body :as rule]]
  (when-not (and (symbol? name) (seq body))
    (clauses/fail "a rule is [(name ?variable ...) clause ...]" {:rule rule}))
  (let [args (head-arguments args)
        missing (remove (clauses/variables body) args)]
    (when (seq missing)
      (clauses/fail (str "the body of the rule " name " does not mention " (first missing)) {:rule rule}))
    (map (fn [body] {:name name :args args :body body}) (alternatives body))))

(defn parse
  "Returns the map from names to the bodies of the rules."
  [rules]
  (let [parsed (group-by :name (mapcat parse-rule rules))]
    (doseq [[name bodies] parsed]
      (when-not (apply = (map (comp count :args) bodies))
        (clauses/fail (str "the rule " name " has heads of different lengths") {:rule name})))
    parsed))

;; --- which rules need which

(defn- calls
  "Returns the set of the names of rules that a form calls."
  [form]
  (set (for [x (tree-seq coll? seq form)
             :when (and (seq? x) (symbol? (first x)) (= :rule (clauses/kind x)))
             :let [[f g] x]]
         (if (clauses/source? f) g f))))

(defn- needs [parsed name]
  (set/intersection (set (keys parsed)) (calls (map :body (get parsed name)))))

(defn- reachable [parsed name]
  (loop [seen #{} more (needs parsed name)]
    (if (empty? more)
      seen
      (recur (into seen more)
             (set/difference (into #{} (mapcat #(needs parsed %)) more) seen more)))))

(defn- component
  "Returns the set of the rules that need `name` and that `name` needs, itself among them."
  [parsed name]
  (into #{name} (filter #(contains? (reachable parsed %) name)) (reachable parsed name)))

;; --- semi-naive evaluation

(defn- recursive? [clause group]
  (and (= :rule (clauses/kind clause)) (contains? group (first clause))))

(defn- check-negation [{:keys [name body]} group]
  (doseq [clause body
          :when (and (#{:not :not-join} (clauses/kind clause)) (some group (calls clause)))]
    (clauses/fail (str "the rule " name " needs that something which depends on it does not hold") {:rule name :clause clause})))

; The recursive call that sees the newest tuples only is that of the rule named (delta name).
(defn- variants
  "Returns the bodies to be run in each round, one for each recursive call."
  [{:keys [body] :as rule} group]
  (for [i (range (count body))
        :when (recursive? (nth body i) group)]
    (assoc rule :body (update body i (fn [[name & args]] (apply list (with-meta name {:delta true}) args))))))

(defn- derive-tuples [context {:keys [args body]}]
  (map (fn [binding] (mapv binding args))
       (clauses/run context body [{}])))

(defn- derive-all [context rules]
  (reduce (fn [found rule]
            (update found (:name rule) (fnil into #{}) (derive-tuples context rule)))
          {}
          rules))

(defn- round-context [context group totals deltas]
  (assoc context :relation
         (fn [[name :as clause]]
           (cond
             (:delta (meta name)) (get deltas name)
             (contains? group name) (get totals name)
             :else ((:relation context) clause)))))

(defn- fixed-point [context parsed group]
  (let [rules (mapcat parsed group)
        _ (run! #(check-negation % group) rules)
        {base false recursive true} (group-by (fn [rule] (boolean (some #(recursive? % group) (:body rule)))) rules)
        variants (mapcat #(variants % group) recursive)
        start (derive-all context base)]
    (loop [totals start deltas start]
      (if (every? empty? (vals deltas))
        totals
        (let [found (derive-all (round-context context group totals deltas) variants)
              fresh (into {} (map (fn [[name tuples]] [name (set/difference tuples (get totals name #{}))])) found)]
          (recur (merge-with into totals fresh) fresh))))))

(defn relations
  "Returns the function from a call of a rule to the set of its tuples. `context` is that of the query, see `datalog.clauses`."
  [context rules]
  (let [parsed (parse rules)
        known (atom {})]
    (letfn [(relation [[name & args :as clause]]
              (let [bodies (get parsed name)]
                (cond
                  (nil? bodies) (clauses/fail (str "there is no rule " name) {:clause clause})
                  (not= (count args) (count (:args (first bodies))))
                  (clauses/fail (str "the rule " name " takes " (count (:args (first bodies))) " arguments") {:clause clause}))
                (when-not (contains? @known name)
                  (let [found (fixed-point (assoc context :relation relation) parsed (component parsed name))]
                    (swap! known #(merge {name #{}} % found))))
                (get @known name)))]
      relation)))
