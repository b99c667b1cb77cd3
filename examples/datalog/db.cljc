; SPDX-License-Identifier: GPL-3.0-only
(ns datalog.db
  "Entities as facts [entity attribute value], in three indexes, each a map of maps of sorted or hash sets:
  :eav entity -> attribute -> values, :aev attribute -> entity -> values, :ave attribute -> value -> entities.
  The schema is a map from attributes to maps: :many, whether an entity may have several values of it; :ref, whether the values are
  entities; :unique, whether a value belongs to one entity, which [attribute value] then refers to; :component, whether the values
  are parts of the entity, which `pull` shows with it.")

(defrecord Db [schema eav aev ave next-id])

(defn empty-db
  ([] (empty-db {}))
  ([schema] (->Db schema {} {} {} 1)))

(defn- trait? [db attribute trait]
  (boolean (get-in db [:schema attribute trait])))

(defn many? [db a] (trait? db a :many))
(defn ref? [db a] (or (trait? db a :ref) (trait? db a :component)))
(defn unique? [db a] (trait? db a :unique))

;; --- facts

(defn- add-index [index x y z]
  (update-in index [x y] (fnil conj #{}) z))

(defn- remove-index
  "Removes `z` and what is empty then."
  [index x y z]
  (let [zs (disj (get-in index [x y]) z)
        ys (if (empty? zs) (dissoc (get index x) y) (assoc (get index x) y zs))]
    (if (empty? ys) (dissoc index x) (assoc index x ys))))

(defn values [db e a]
  (get-in db [:eav e a]))

(defn retract-fact [db e a v]
  (if (contains? (values db e a) v)
    (-> db
        (update :eav remove-index e a v)
        (update :aev remove-index a e v)
        (update :ave remove-index a v e))
    db))

(defn add-fact [db e a v]
  (let [holder (when (unique? db a) (first (get-in db [:ave a v])))
        old (when-not (many? db a) (first (values db e a)))]
    (cond
      (nil? v)
      (throw (ex-info "nil is no value of a fact" {:entity e :attribute a}))

      (and holder (not= holder e))
      (throw (ex-info (str "the value of " a " is unique and another entity has it") {:attribute a :value v :entity holder}))

      :else
      (-> (if (and (some? old) (not= old v)) (retract-fact db e a old) db)
          (update :eav add-index e a v)
          (update :aev add-index a e v)
          (update :ave add-index a v e)
          (update :next-id (fn [n] (if (and (integer? e) (<= n e)) (inc e) n)))))))

(defn facts
  "Returns the sequence of all facts [e a v]."
  [db]
  (for [[e attributes] (:eav db)
        [a vs] attributes
        v vs]
    [e a v]))

;; --- transactions

(defn entity-id
  "Returns the entity that `x` means, an entity or [attribute value], or nil."
  [db x]
  (if (and (vector? x) (= 2 (count x)) (unique? db (first x)))
    (first (get-in db [:ave (first x) (second x)]))
    x))

(defn- required-id [db x]
  (or (entity-id db x)
      (throw (ex-info "there is no such entity" {:entity x}))))

(defn- temporary? [x]
  (or (string? x) (and (integer? x) (neg? x))))

(defn- resolve-id
  "Returns [state id]: for a temporary id the entity it stands for in this transaction, a new one the first time."
  [{:keys [db ids] :as state} x]
  (cond
    (contains? ids x) [state (get ids x)]
    (temporary? x) (let [id (:next-id db)]
                     [(-> state (assoc-in [:ids x] id) (update-in [:db :next-id] inc)) id])
    :else [state (required-id db x)]))

(defn- upsert-id
  "Returns the entity that has a unique value of the map `m` already, or nil."
  [db m]
  (some (fn [[a v]] (when (unique? db a) (first (get-in db [:ave a v])))) m))

(declare add-map)

(defn- add-value [state e a v]
  (cond
    (and (map? v) (ref? (:db state) a)) (let [[state id] (add-map state v)]
                                          (update state :db add-fact e a id))
    (ref? (:db state) a) (let [[state id] (resolve-id state v)]
                           (update state :db add-fact e a id))
    :else (update state :db add-fact e a v)))

(defn- add-attribute [state e [a v]]
  (if (and (many? (:db state) a) (coll? v) (not (map? v)) (not (and (vector? v) (unique? (:db state) (first v)))))
    (reduce #(add-value %1 e a %2) state v)
    (add-value state e a v)))

(defn- add-map
  "Returns [state id]."
  [state m]
  (let [given (:db/id m)
        known (when (or (nil? given) (temporary? given)) (upsert-id (:db state) m))
        [state id] (cond
                     known [(if given (assoc-in state [:ids given] known) state) known]
                     given (resolve-id state given)
                     :else (resolve-id state (str (gensym "new"))))]
    [(reduce #(add-attribute %1 id %2) state (dissoc m :db/id)) id]))

(defn- retract-entity [db e]
  (reduce (fn [db [x a v]] (retract-fact db x a v))
          db
          (concat (for [[a vs] (get-in db [:eav e]), v vs] [e a v])
                  (for [a (keys (:schema db)) :when (ref? db a), x (get-in db [:ave a e])] [x a e]))))

(defn- operate [state operation]
  (if (map? operation)
    (first (add-map state operation))
    (let [[op e a v] operation
          [state id] (resolve-id state e)]
      (case op
        :db/add (add-value state id a v)
        :db/retract (if (= 3 (count operation))
                      (reduce (fn [state v] (update state :db retract-fact id a v)) state (values (:db state) id a))
                      (update state :db retract-fact id a (if (ref? (:db state) a) (required-id (:db state) v) v)))
        :db/retract-entity (update state :db retract-entity id)
        (throw (ex-info (str "unknown operation " (pr-str op)) {:operation operation}))))))

(defn transact
  "Returns {:db db :ids {temporary-id id}}: `db` with the `operations`: maps of attributes with an optional :db/id, [:db/add e a v],
  [:db/retract e a v], [:db/retract e a], [:db/retract-entity e]. Entities may be temporary ids, strings and negative numbers."
  [db operations]
  (reduce operate {:db db :ids {}} operations))

(defn with
  "Returns `db` with the `operations`, see `transact`."
  [db operations]
  (:db (transact db operations)))
