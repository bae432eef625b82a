//! Headers to columns, and what is given on the command line: a header a line, below a line of an
//! override and a line of a limit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_ingest::fuzzing::mapping;
use uproar_ingest::schema::Column;
use uproar_ingest::{ColumnOverride, LimitOverride};

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let wish: Option<ColumnOverride> = lines.next().and_then(|line| line.parse().ok());
    if let Some(limit) = lines
        .next()
        .and_then(|line| line.parse::<LimitOverride>().ok())
    {
        assert!(limit.value > 0);
        assert_eq!(limit.to_string().parse(), Ok(limit));
    }
    let headers: Vec<&str> = lines.collect();
    let mapped = mapping(&headers, wish.as_slice());
    assert!(mapped.iter().flatten().all(|field| *field < headers.len()));
    if let Some(wish) = wish {
        let field = mapped[wish.column as usize];
        assert!(field.is_some() || !headers.contains(&wish.header.as_str()));
    }
    // The author's id may be the handle too; any other field has one meaning.
    for column in Column::ALL {
        let field = mapped[column as usize];
        let others = mapped
            .iter()
            .filter(|other| field.is_some() && **other == field);
        assert!(others.count() <= 2);
    }
});
