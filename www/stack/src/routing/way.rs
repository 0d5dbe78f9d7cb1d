//! A chat's way from its beginning on.
//!
//! Why not from when it has begun: agents and workflows hear of a new chat at once. For a moment it would be whoever likes'
//! to take, and a workflow's to send somewhere else.

use super::queue::Waiting;
use super::{Plan, Router};
use crate::chat_server::{ChatError, Offer};
use crate::store::{Part, StoreError};

/// Where a chat is to go that is about to begin.
#[must_use = "a chat that begins with its offer has to go"]
pub struct Way {
    router: Router,
    /// Nothing for whoever likes.
    waiting: Option<Waiting>,
}

fn offer_of(waiting: &Waiting) -> Offer {
    Offer { to: None, target: waiting.target().to_owned() }
}

impl Way {
    /// The offer with which the chat begins: it is nobody's yet.
    pub fn offer(&self) -> Option<Offer> {
        self.waiting.as_ref().map(offer_of)
    }

    /// Writes it, beside the chat itself: a kill leaves both or none.
    ///
    /// # Errors
    /// A database fault.
    pub fn keep(&self, chat_id: &str) -> Result<(), StoreError> {
        self.waiting.as_ref().map_or(Ok(()), |waiting| self.router.keep(chat_id, Some(waiting)))
    }

    /// The chat has begun, and goes.
    pub fn go(self, chat_id: &str) {
        if let Some(waiting) = self.waiting {
            self.router.send(chat_id, waiting);
        }
    }
}

impl Router {
    /// The way of a chat that is about to begin; without a plan it is for whoever likes.
    pub fn way(&self, plan: Option<Plan>) -> Way {
        let waiting = plan.map(|plan| Waiting::new(plan, self.inner.clock.now_ms()));
        Way { router: self.clone(), waiting }
    }

    /// Sends a chat on its way if nobody has said where it is to go. Whether there is nothing against it: `false` for a chat
    /// that waits by another plan.
    pub fn route_first(&self, chat_id: &str, plan: &Plan) -> bool {
        let waiting = Waiting::new(plan.clone(), self.inner.clock.now_ms());
        let beside = || self.keep(chat_id, Some(&waiting));
        match self.inner.chat.first_offer(chat_id, offer_of(&waiting), beside) {
            // A chat that cannot be written down is sent on its way all the same.
            Ok(true) | Err(ChatError::Store(_)) => {}
            Ok(false) => return self.goes_by(chat_id, plan),
            // It waits no more.
            Err(_) => return true,
        }
        // Who has sent it elsewhere since, with all right, was faster.
        self.lock().waiting.entry(chat_id.to_owned()).or_insert(waiting);
        self.work();
        true
    }

    /// Whether a chat has this plan, by what is written: in memory it is there only once it goes.
    fn goes_by(&self, chat_id: &str, plan: &Plan) -> bool {
        let note = self.inner.store.note(Part::Routing, chat_id).ok().flatten();
        let waiting = note.and_then(|note| serde_json::from_str::<Option<Waiting>>(&note).ok().flatten());
        waiting.is_some_and(|waiting| waiting.goes_by(plan))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tempfile::TempDir;

    use super::super::{Meant, Profile, target};
    use super::*;
    use crate::chat_server::client::StartChat;
    use crate::chat_server::{ChatConfig, ChatServer};
    use crate::clock::Clock;
    use crate::interaction_server::{AttachedData, InteractionServer};
    use crate::store::Store;

    struct World {
        _folder: TempDir,
        store: Arc<Store>,
        chat: ChatServer,
        router: Router,
    }

    impl World {
        /// Ann is of group A, Otto of none that anybody looks for.
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let store = Arc::new(Store::open(&folder.path().join("x.sqlite")).unwrap());
            let interactions = InteractionServer::new(Arc::clone(&store));
            let chat = ChatServer::new(Arc::clone(&store), interactions, ChatConfig::default()).unwrap();
            let router = Router::new(Arc::clone(&store), chat.clone(), Clock::default());
            router.sign_in("Ann", Profile { groups: vec!["A".to_owned()], ..Profile::default() });
            router.sign_in("Otto", Profile::default());
            Self { _folder: folder, store, chat, router }
        }

        fn begin(&self, way: &Way) -> String {
            let start = StartChat {
                service: "s".to_owned(),
                queue: "s".to_owned(),
                nickname: "Maria".to_owned(),
                subject: String::new(),
                text: String::new(),
                user_data: AttachedData::new(),
                offer: way.offer(),
            };
            self.chat.start_for(start, |chat_id, _| way.keep(chat_id)).unwrap().chat_id
        }

        /// Target, and who is asked.
        fn offered(&self, chat_id: &str) -> (Option<String>, Option<String>) {
            let chat = self.chat.summary(chat_id).unwrap();
            (chat.target, chat.offered_to)
        }
    }

    fn plan(group: &str) -> Plan {
        let targets = target::parse(&format!("{group}@S.GA")).unwrap();
        Plan { targets, target_seconds: 30, queued_ttl: None, priority: 0 }
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_chat_is_on_its_way_before_anybody_hears_of_it() {
        let world = World::new();
        let way = world.router.way(Some(plan("A")));
        let id = world.begin(&way);
        // Everybody is faster than who has started it.
        assert!(matches!(world.chat.accept(&id, "Otto"), Err(ChatError::OfferedToOther)));
        world.router.work();
        assert!(!world.router.route_first(&id, &plan("B")));
        assert!(world.router.route_first(&id, &plan("A")), "its own plan is no other");
        assert_eq!(world.offered(&id), (some("A@S.GA"), None));
        // Killed here, it would go on all the same.
        let next = Router::new(Arc::clone(&world.store), world.chat.clone(), Clock::default());
        assert!(next.resume().unwrap().contains(&id));
        way.go(&id);
        assert_eq!(world.offered(&id), (some("A@S.GA"), some("Ann")));
        assert!(!world.router.route_first(&id, &plan("B")));
        assert_eq!(world.offered(&id), (some("A@S.GA"), some("Ann")));
    }

    #[test]
    fn a_chat_that_is_taken_or_handed_on_meanwhile_stays_so() {
        let world = World::new();
        let nowhere = || world.router.way(None);
        let id = world.begin(&nowhere());
        world.chat.accept(&id, "Otto").unwrap();
        assert!(world.router.route_first(&id, &plan("A")), "there is nothing to do for it");
        assert_eq!(world.chat.summary(&id).unwrap().agent, some("Otto"));
        let nobody = Meant::Group("C".to_owned());
        world.router.hand_on(&id, "Otto", "", nobody).unwrap();
        let handed_on = world.offered(&id);
        assert!(!world.router.route_first(&id, &plan("A")));
        assert_eq!((world.offered(&id), handed_on.1.clone()), (handed_on, None));

        let id = world.begin(&nowhere());
        assert!(world.router.route_first(&id, &plan("A")));
        assert_eq!(world.offered(&id), (some("A@S.GA"), some("Ann")));
    }
}
