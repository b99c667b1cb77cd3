/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Maps under hashes that collide: the sources of maps once more, under other names, with a hash that keeps only some
 * bits.
 */
#include "term/equal.h"

static u64 weak_mask;
u64 weak_hash(term key);
u64 weak_hash(term key)
{
    return key_hash(key) & weak_mask;
}

#define key_hash weak_hash
#define champ_get weak_champ_get
#define champ_find weak_champ_find
#define champ_assoc weak_champ_assoc
#define champ_dissoc weak_champ_dissoc
#define champ_empty_root weak_champ_empty_root
#define empty_map weak_empty_map
#define empty_set weak_empty_set
#define maps_init weak_maps_init
#define map_count weak_map_count
#define map_get weak_map_get
#define map_find weak_map_find
#define map_assoc weak_map_assoc
#define map_dissoc weak_map_dissoc
#define map_assoc_in weak_map_assoc_in
#define map_dissoc_in weak_map_dissoc_in
#define map_meta weak_map_meta
#define map_with_meta weak_map_with_meta
#define map_from_args weak_map_from_args
#define map_iter weak_map_iter
#define map_next weak_map_next
#define map_seq_first weak_map_seq_first
#define map_seq_next weak_map_seq_next
#define map_seq_entry weak_map_seq_entry
#define map_transient weak_map_transient
#define map_persistent weak_map_persistent
#define set_transient weak_set_transient
#define set_persistent weak_set_persistent
#define tmap_assoc weak_tmap_assoc
#define tmap_dissoc weak_tmap_dissoc
#define tmap_get weak_tmap_get
#define tmap_count weak_tmap_count
#define flat_index weak_flat_index
#define flat_to_champ weak_flat_to_champ
#define transient_count weak_transient_count
#define transient_get weak_transient_get
#define transient_nth weak_transient_nth

#include "../../vm/data/champ.c"
#include "../../vm/data/maps.c"
#define take_transient weak_take_transient
#include "../../vm/data/tmaps.c"

#include "maps_model.h"

static void run_with(u64 mask)
{
    if (!empty_map.w)
        maps_init();
    weak_mask = mask;
    model_run(60, 600, 6);
    model_run(300, 600, 8);
}

TEST(maps_whose_keys_all_collide_behave)
{
    run_with(0);
}
TEST(maps_whose_hashes_part_at_the_last_level_behave)
{
    run_with(0xfull << 60);
}
TEST(maps_whose_hashes_part_halfway_behave)
{
    run_with(7ull << 33);
}
TEST(maps_with_few_different_hashes_behave)
{
    run_with(3ull << 61 | 1ull << 20 | 3);
}
