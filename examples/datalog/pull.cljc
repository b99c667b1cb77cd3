; SPDX-License-Identifier: GPL-3.0-only
(ns datalog.pull
  "What an entity looks like as a map, by a pattern, a vector of: an attribute; :ns/_attribute, the entities that refer to this one by
  :ns/attribute; *, all attributes; [attribute option value ...] with the options :as, :default and :limit; {attribute pattern}, what
  it refers to as maps, where instead of a pattern ... means this same pattern, however deep, and a number so many times."
  (:require [clojure.string :as str]
            [datalog.db :as db]))

(declare pull-entity)

(defn- reverse-attribute
  "Returns the attribute that :ns/_name is the reverse of, or nil."
  [a]
  (when (and (keyword? a) (str/starts-with? (name a) "_"))
    (keyword (namespace a) (subs (name a) 1))))

(defn- parse-attribute
  "Returns {:attribute a :as key ...} of an attribute with or without options."
  [spec]
  (let [[a & options] (if (coll? spec) spec [spec])
        base (reverse-attribute a)]
    (merge {:as a :limit 1000}
           (if base {:attribute base :reverse? true} {:attribute a})
           (apply hash-map options))))

(defn- attribute-values [database e {:keys [attribute reverse? limit]}]
  (let [vs (if reverse? (get-in database [:ave attribute e]) (db/values database e attribute))]
    (if limit (take limit vs) vs)))

(defn- several? [database {:keys [attribute reverse?]}]
  (or reverse? (db/many? database attribute)))

(defn- add-values [result database {:keys [as default] :as spec} vs]
  (cond
    (seq vs) (assoc result as (if (several? database spec) (vec vs) (first vs)))
    (some? default) (assoc result as default)
    :else result))

(defn- plain-value [database attribute seen v]
  (cond
    (get-in database [:schema attribute :component]) (pull-entity database '[*] v seen)
    (db/ref? database attribute) {:db/id v}
    :else v))

(defn- pull-attribute [result database spec e seen]
  (let [{:keys [attribute reverse?] :as spec} (parse-attribute spec)
        convert (if reverse? (fn [v] {:db/id v}) #(plain-value database attribute seen %))]
    (add-values result database spec (map convert (attribute-values database e spec)))))

(defn- deeper
  "Returns the pattern for what {attribute `sub`} refers to, `pattern` being the one that this stands in, or nil at the end."
  [pattern spec sub]
  (cond
    (= sub '...) pattern
    (and (integer? sub) (pos? sub)) (mapv #(if (and (map? %) (contains? % spec)) (assoc % spec (dec sub)) %) pattern)
    (integer? sub) nil
    :else sub))

(defn- pull-references [result database pattern references e seen]
  (reduce (fn [result [spec sub]]
            (let [{:keys [attribute] :as parsed} (parse-attribute spec)
                  inner (deeper pattern spec sub)]
              (if (and inner (or (:reverse? parsed) (db/ref? database attribute)))
                (add-values result database parsed
                            (keep #(if (contains? seen [pattern %]) {:db/id %} (not-empty (pull-entity database inner % seen)))
                                  (attribute-values database e parsed)))
                result)))
          result
          references))

(defn- pull-entity [database pattern e seen]
  (let [seen (conj seen [pattern e])]
    (reduce (fn [result spec]
              (cond
                (= spec '*) (reduce #(pull-attribute %1 database %2 e seen)
                                    (assoc result :db/id e)
                                    (keys (get-in database [:eav e])))
                (= spec :db/id) (assoc result :db/id e)
                (map? spec) (pull-references result database pattern spec e seen)
                :else (pull-attribute result database spec e seen)))
            {}
            pattern)))

(defn pull
  "Returns the map that `pattern` makes of the entity `e` (or [attribute value]), nil where there is nothing to be shown."
  [database pattern e]
  (when-let [id (db/entity-id database e)]
    (not-empty (pull-entity database pattern id #{}))))
