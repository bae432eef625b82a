//! Worker threads, one a core, that share a list of independent jobs.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::Error;

/// A set of worker threads.
///
/// Each is a rayon pool of one thread, so that the matrix kernels inside see a single-threaded
/// context and do not split a small product over cores: the jobs are what runs in parallel.
#[derive(Debug)]
pub(crate) struct Workers {
    pools: Vec<ThreadPool>,
}

impl Workers {
    pub(crate) fn new(threads: usize) -> Result<Self, Error> {
        let pools = (0..threads)
            .map(|i| {
                ThreadPoolBuilder::new()
                    .num_threads(1)
                    .thread_name(move |_| format!("uproar-worker-{i}"))
                    .build()
            })
            .collect::<Result<_, _>>()
            .map_err(|error| Error::Threads {
                threads,
                message: error.to_string(),
            })?;
        Ok(Self { pools })
    }

    pub(crate) fn count(&self) -> usize {
        self.pools.len()
    }

    /// Applies `job` to every item and returns the results in the order of the items. After a
    /// failure the rest is not begun; the failure of the earliest item that ran is returned.
    pub(crate) fn map<T: Sync, R: Send>(
        &self,
        items: &[T],
        job: impl Fn(&T) -> Result<R, Error> + Sync,
    ) -> Result<Vec<R>, Error> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else {
                    return done;
                };
                let result = job(item);
                if result.is_err() {
                    next.store(items.len(), Ordering::Relaxed);
                }
                done.push((index, result));
            }
        };
        let mut done: Vec<(usize, Result<R, Error>)> = std::thread::scope(|scope| {
            let threads: Vec<_> = self
                .pools
                .iter()
                .map(|pool| scope.spawn(|| pool.install(work)))
                .collect();
            threads
                .into_iter()
                .flat_map(|thread| match thread.join() {
                    Ok(done) => done,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
                .collect()
        });
        done.sort_unstable_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, result)| result).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in [1, 2, 5] {
            let workers = Workers::new(threads).unwrap();
            let out = workers.map(&items, |i| Ok(i * 2)).unwrap();
            assert_eq!(out, items.iter().map(|i| i * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_failure_stops_the_rest() {
        let workers = Workers::new(1).unwrap();
        let ran = AtomicUsize::new(0);
        let result = workers.map(&[0; 100], |_| {
            ran.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(Error::EngineNotBuilt)
        });
        assert!(matches!(result, Err(Error::EngineNotBuilt)));
        assert_eq!(ran.into_inner(), 1);
    }
}
