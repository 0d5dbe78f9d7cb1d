//! Several writes of which a kill leaves all or none.

use parking_lot::ReentrantMutexGuard;

use super::{File, Store, StoreError};

/// Writes that belong together. Nobody else reads or writes meanwhile. Dropped without [`Together::keep`], they are undone.
#[must_use = "what is not kept is undone"]
pub struct Together<'a> {
    file: ReentrantMutexGuard<'a, File>,
    /// How many others it is inside of.
    depth: u32,
    kept: bool,
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
        let begin = if depth == 0 { "BEGIN".to_owned() } else { format!("SAVEPOINT together_{depth}") };
        file.connection.prepare_cached(&begin)?.execute([])?;
        file.together.set(depth + 1);
        Ok(Together { file, depth, kept: false })
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
        self.file.connection.prepare_cached(&end)?.execute([])?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Together<'_> {
    fn drop(&mut self) {
        let depth = self.depth;
        if !self.kept {
            // When that fails, SQLite has undone it already.
            let _ = self.file.connection.execute_batch(&match depth {
                0 => "ROLLBACK".to_owned(),
                _ => format!("ROLLBACK TO together_{depth}; RELEASE together_{depth}"),
            });
        }
        self.file.together.set(depth);
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
        store.lock().execute("PRAGMA foreign_keys = OFF", []).unwrap();

        let outer = store.together().unwrap();
        insert("a").unwrap();
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
        insert("e").unwrap();
        assert_eq!(count(&other), 3, "and on its own as before");
    }
}
