//! Several writes of which a kill leaves all or none.

use parking_lot::ReentrantMutexGuard;

use super::{File, Store, StoreError};

/// Tells others of something that was written.
pub(super) type Telling = Box<dyn FnOnce() + Send>;

/// Writes that belong together. Nobody else reads or writes meanwhile. Dropped without [`Together::keep`], they are undone.
#[must_use = "what is not kept is undone"]
pub struct Together<'a> {
    file: ReentrantMutexGuard<'a, File>,
    /// How many others it is inside of.
    depth: u32,
    /// How much was to be told when it began.
    untold: usize,
    kept: bool,
}

impl File {
    /// Has what is written from now on written together, if it is not yet. Most calls that may write do not, and many do not
    /// even read, so none begins before it comes here. It is the only writer from then on: one that read first and wanted to
    /// write later would be refused at once, without any waiting, if another process had written meanwhile.
    pub(super) fn begin(&self) -> Result<(), StoreError> {
        if !self.begun.get() {
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            self.begun.set(true);
        }
        Ok(())
    }
}

impl Store {
    /// Whatever this thread writes from now on is written together. Within another one it is a part of that one.
    ///
    /// Take it after every other lock, for nobody else gets at the database while it is there.
    ///
    /// # Errors
    /// A database fault.
    pub fn together(&self) -> Result<Together<'_>, StoreError> {
        let file = self.file.lock();
        let depth = file.together.get();
        if depth > 0 {
            file.begin()?;
            file.connection.prepare_cached(&format!("SAVEPOINT together_{depth}"))?.execute([])?;
        }
        file.together.set(depth + 1);
        let untold = file.untold.borrow().len();
        Ok(Together { file, depth, untold, kept: false })
    }

    /// Tells others of what was written, once it is kept: of what this thread writes together after all of that is, and never
    /// if that is undone. Nobody else gets at the database meanwhile, so it is told in the order in which it was kept.
    ///
    /// `tell` must not block, nor come here.
    pub fn tell_when_kept(&self, tell: impl FnOnce() + Send + 'static) {
        let file = self.file.lock();
        if file.together.get() == 0 {
            tell();
        } else {
            file.untold.borrow_mut().push(Box::new(tell));
        }
    }
}

impl Together<'_> {
    /// Keeps all of it.
    ///
    /// # Errors
    /// A database fault; nothing is kept then.
    pub fn keep(mut self) -> Result<(), StoreError> {
        let depth = self.depth;
        let end = if depth == 0 { "COMMIT".to_owned() } else { format!("RELEASE together_{depth}") };
        if self.file.begun.get() {
            self.file.connection.prepare_cached(&end)?.execute([])?;
        }
        self.kept = true;
        Ok(())
    }
}

impl Drop for Together<'_> {
    fn drop(&mut self) {
        let depth = self.depth;
        if !self.kept && self.file.begun.get() {
            // When that fails, SQLite has undone it already.
            let _ = self.file.connection.execute_batch(&match depth {
                0 => "ROLLBACK".to_owned(),
                _ => format!("ROLLBACK TO together_{depth}; RELEASE together_{depth}"),
            });
        }
        if !self.kept {
            self.file.untold.borrow_mut().truncate(self.untold);
        }
        self.file.together.set(depth);
        if depth == 0 {
            self.file.begun.set(false);
            self.file.untold.take().into_iter().for_each(|tell| tell());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_or_nothing_also_within_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sqlite");
        let store = Store::open(&path).unwrap();
        let other = Store::open(&path).unwrap();
        let insert = |name: &str| store.put_note(super::super::Part::Routing, name, Some("1"));
        let count = |store: &Store| store.notes(super::super::Part::Routing).unwrap().len();
        store.lock().unwrap().execute("PRAGMA foreign_keys = OFF", []).unwrap();

        let outer = store.together().unwrap();
        assert!(outer.file.connection.is_autocommit(), "what does not come to the database costs it nothing");
        insert("a").unwrap();
        assert!(!outer.file.connection.is_autocommit());
        let inner = store.together().unwrap();
        insert("b").unwrap();
        drop(inner);
        let inner = store.together().unwrap();
        insert("c").unwrap();
        inner.keep().unwrap();
        assert_eq!((count(&store), count(&other)), (2, 0), "nobody sees it before");
        outer.keep().unwrap();
        assert_eq!((count(&store), count(&other)), (2, 2));

        let outer = store.together().unwrap();
        insert("d").unwrap();
        store.together().unwrap().keep().unwrap();
        drop(outer);
        assert_eq!((count(&store), count(&other)), (2, 2));
        drop(store.together().unwrap());
        store.together().unwrap().keep().unwrap();
        insert("e").unwrap();
        assert_eq!(count(&other), 3, "and on its own as before");
    }

    #[test]
    fn who_reads_first_may_write_whatever_another_process_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sqlite");
        let stores = [Store::open(&path).unwrap(), Store::open(&path).unwrap()];
        for store in &stores {
            store.lock().unwrap().execute("PRAGMA foreign_keys = OFF", []).unwrap();
        }
        let add = |store: &Store, round: u32| {
            let together = store.together()?;
            let name = format!("{}", store.notes(super::super::Part::Routing)?.len());
            store.put_note(super::super::Part::Routing, &name, Some(&round.to_string()))?;
            together.keep()
        };
        let rounds = 0..100;
        std::thread::scope(|threads| {
            for store in &stores {
                threads.spawn(|| rounds.clone().for_each(|round| add(store, round).unwrap()));
            }
        });
        // Each has counted what the other had written before it.
        assert_eq!(stores[0].notes(super::super::Part::Routing).unwrap().len(), 200);
    }

    #[test]
    fn what_is_kept_is_told_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("x.sqlite")).unwrap();
        let (sender, told) = std::sync::mpsc::channel();
        let tell = |word: &'static str| {
            let sender = sender.clone();
            store.tell_when_kept(move || sender.send(word).unwrap());
        };
        let told = || told.try_iter().collect::<Vec<_>>();

        tell("alone");
        assert_eq!(told(), ["alone"]);
        let outer = store.together().unwrap();
        tell("outer");
        let inner = store.together().unwrap();
        tell("undone");
        drop(inner);
        let inner = store.together().unwrap();
        tell("inner");
        inner.keep().unwrap();
        assert!(told().is_empty(), "not before all of it is kept");
        outer.keep().unwrap();
        assert_eq!(told(), ["outer", "inner"]);
        let outer = store.together().unwrap();
        let inner = store.together().unwrap();
        tell("undone");
        inner.keep().unwrap();
        drop(outer);
        tell("alone");
        assert_eq!(told(), ["alone"]);
    }
}
