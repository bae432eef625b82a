//! From inputs to segments of scored posts.

use std::sync::mpsc::sync_channel;
use std::{panic, thread};

use indicatif::{HumanCount, ProgressBar};
use polars::prelude::DataFrame;
use uproar_ingest::Reject;
use uproar_report::columns;

use super::reading::Reading;
use super::segment::Segments;
use super::texts::{Outputs, Text, Texts};
use crate::error::Error;
use crate::interrupt::Interrupt;

/// Segments that wait to be written: one, so that writing and scoring overlap.
const WAITING: usize = 1;

/// A segment that is to be written.
struct Scored {
    number: usize,
    content: String,
    posts: DataFrame,
    outputs: Outputs,
    rejects: Vec<Reject>,
}

/// Scores every batch and writes it as a segment, unless an earlier run has done so. Returns how
/// many segments there are, which is at least one.
pub(super) fn score(
    reading: &Reading,
    texts: &mut Texts<'_>,
    segments: &Segments,
    interrupt: &Interrupt,
    bar: &ProgressBar,
) -> Result<usize, Error> {
    thread::scope(|scope| {
        let (sender, scored) = sync_channel::<Scored>(WAITING);
        let writer = scope.spawn(move || {
            scored.into_iter().try_for_each(|it| {
                segments.save(it.number, it.content, it.posts, &it.outputs, &it.rejects)
            })
        });
        let mut posts_done = 0;
        let mut each = || {
            let mut number = 0;
            loop {
                let batch = match reading.next(interrupt)? {
                    Some(batch) => batch,
                    // Without any post the report's files still need their columns.
                    None if number == 0 => super::reading::Batch::empty(),
                    None => return Ok(number),
                };
                let content = Segments::content(&batch.posts)?;
                posts_done += batch.posts.height() as u64;
                if let Some(outputs) = segments.outputs(number, &content, &batch.rejects) {
                    texts.resume(&outputs);
                } else {
                    let [text, lang] = [columns::TEXT, columns::LANG]
                        .map(|name| Ok::<_, Error>(batch.posts.column(name)?.str()?.clone()));
                    let (text, lang) = (text?, lang?);
                    let all: Vec<Text<'_>> = text
                        .iter()
                        .zip(lang.iter())
                        .map(|(text, lang)| Text {
                            text: text.unwrap_or_default(),
                            lang,
                        })
                        .collect();
                    let outputs = texts.score(&all, interrupt)?;
                    let scored = Scored {
                        number,
                        content,
                        posts: batch.posts,
                        outputs,
                        rejects: batch.rejects,
                    };
                    if sender.send(scored).is_err() {
                        // The writer has failed, and says why below.
                        return Ok(number);
                    }
                }
                bar.set_position(batch.bytes_read);
                bar.set_message(HumanCount(posts_done).to_string());
                number += 1;
            }
        };
        let result = each();
        // What was scored is still written, whatever stopped the scoring.
        drop(sender);
        match writer.join() {
            Ok(written) => written.and(result),
            Err(cause) => panic::resume_unwind(cause),
        }
    })
}
