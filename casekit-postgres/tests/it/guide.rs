//! What the guide shows for those who run the server.

use crate::server::{Schema, is_here};

#[test]
fn every_query_of_the_guide_runs() {
    if !is_here() {
        return;
    }
    let guide = include_str!("../../../docs/guide-postgres.md");
    let blocks = guide.split("```sql\n").skip(1).map(|block| block.split("```").next().unwrap());
    let schema = Schema::fresh();
    let _store = schema.open();
    let mut queries = 0;
    for query in blocks.flat_map(|block| block.split_inclusive(";\n")).filter(|query| query.contains(';')) {
        assert!(query.contains("harbour_office") || query.contains("pg_stat_replication"), "{query}");
        schema.meddle(&query.replace("harbour_office", schema.name()));
        queries += 1;
    }
    assert_eq!(queries, 4);
}
