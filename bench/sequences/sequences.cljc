;; SPDX-License-Identifier: GPL-3.0-only
;; sequences.cljc: milliseconds that functions of the library take on data of usual sizes, the same source in Lona and in Clojure: the best of
;; some runs in one process, after those that warm a compiler up. With an argument only operations whose names hold it.
(ns sequences
  (:require [clojure.math :as math]
            [clojure.string :as str]))

(def n 1000000)
(def runs #?(:lona 5 :clj 25))

(defn- shuffled
  "The numbers below `n` in an order that looks random, the same everywhere (a linear congruence, Knuth 3.2.1)."
  [n]
  (mapv #(mod (+ (* % 1103515245) 12345) 1000003) (range n)))

(def numbers (vec (range n)))
(def mixed (shuffled n))
(def words (mapv #(str "word" (mod % 5000)) (shuffled 200000)))
(def text (str/join " " words))
(def people (mapv (fn [i] {:id i :name (str "name" (mod i 977)) :age (mod i 90) :tags #{:a (if (even? i) :b :c)}}) (range 20000)))
(def people-text (pr-str people))

(defn- now []
  #?(:clj (System/nanoTime) :lona (%monotonic-ns)))

(defn- milliseconds [f]
  (let [start (now)]
    (f)
    (/ (- (now) start) 1e6)))

(defn- best [f]
  (reduce min (repeatedly runs #(milliseconds f))))

(def operations
  [["reduce-range" #(reduce + (range n))]
   ["reduce-vector" #(reduce + 0 numbers)]
   ["lazy-pipeline" #(reduce + (map inc (filter even? (range n))))]
   ["lazy-long-pipeline" #(count (take-while some? (map (fn [x] (* x 2)) (remove odd? (map inc (drop 10 numbers))))))]
   ["lazy-unchunked" #(count (take n (iterate inc 0)))]
   ["transduce" #(transduce (comp (filter even?) (map inc)) + 0 (range n))]
   ["into-vector" #(count (into [] (comp (map inc) (filter even?)) numbers))]
   ["mapv" #(count (mapv inc numbers))]
   ["mapcat" #(count (mapcat (fn [x] [x x]) numbers))]
   ["for" #(count (for [x (range 1000) y (range 500) :when (even? y)] [x y]))]
   ["partition-all" #(count (partition-all 5 numbers))]
   ["partition-by" #(count (partition-by (fn [x] (quot x 7)) numbers))]
   ["interleave-distinct" #(count (distinct (interleave mixed numbers)))]
   ["loop-destructuring" #(reduce (fn [s [a b]] (+ s a b)) 0 (map vector numbers mixed))]
   ["sort-numbers" #(count (sort mixed))]
   ["sort-by-key" #(count (sort-by :name people))]
   ["sort-comparator" #(count (sort (fn [a b] (> a b)) mixed))]
   ["group-by" #(count (group-by (fn [x] (mod x 1000)) mixed))]
   ["frequencies-words" #(count (frequencies words))]
   ["update-map" #(count (reduce (fn [m w] (update m w (fnil inc 0))) {} words))]
   ["update-in-nested" #(count (reduce (fn [m p] (update-in m [(:name p) :ages] conj (:age p))) {} people))]
   ["sorted-map" #(count (into (sorted-map) (map (fn [x] [x x])) (take 200000 mixed)))]
   ["set-of-numbers" #(count (into #{} mixed))]
   ["string-join" #(count (str/join "," words))]
   ["string-split" #(count (str/split text #" "))]
   ["string-replace" #(count (str/replace text "word1" "WORD"))]
   ["string-replace-regex" #(count (str/replace text #"d(\d)" "<$1>"))]
   ["string-case" #(count (str/upper-case text))]
   ["string-scan" #(reduce (fn [s c] (if (= c \d) (inc s) s)) 0 text)]
   ["apply-str" #(count (apply str (map str (take 200000 numbers))))]
   ["pr-str" #(count (pr-str people))]
   ["read-string" #(count (read-string people-text))]])

(defn -main [& [part]]
  (doseq [[operation f] operations
          :when (or (nil? part) (str/includes? operation part))]
    (println operation (let [t (best f)] (/ (math/round (* t 100.0)) 100.0)))))

#?(:clj (apply -main *command-line-args*))
