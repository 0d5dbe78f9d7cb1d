//! The border between the core and the page, as plain values: what must be done, by name with a text and a number, and what
//! has happened, the same way.
//!
//! Why not a typed binding for each: two that take any name cost a tenth of the code on either side. The names are those of
//! `ACTS` (`pkg-template/edge/acts.js`); `tests/border.rs` holds both sides to each other.

use super::config::{CardGuard, Config, Look, Placement, Size, Theme};
use super::effect::{Card, Detail, Effect, Published, Timer};
use super::error::Error;
use super::event::Event;
use super::frame_policy;
use super::frame_protocol;
use super::launch::Launch;
use super::machine::Snapshot;
use super::status::EndReport;

/// The page's side of the border.
pub trait Page {
    /// Gives a value to the next act, under a name.
    fn put(&self, name: &str, value: &str);
    /// Has something done, with what was put before.
    fn act(&self, what: &str, text: &str, number: f64);
}

/// Has an effect carried out; `origin` is the page's own. [`Effect::Claim`] and [`Effect::Release`] concern other tabs, too:
/// [`super::ownership`].
pub fn carry_out(effect: &Effect, config: &Config, origin: &str, page: &dyn Page) {
    let flag = |flag: &bool| f64::from(u8::from(*flag));
    let (what, text, number) = match effect {
        Effect::FetchSession => ("fetchSession", "", flag(&config.transport_session)),
        Effect::Claim(name, steal) => ("claim", name.as_str(), flag(steal)),
        Effect::Release(_) => ("release", "", 0.0),
        Effect::AskPage(card) => {
            put_card(card, page);
            ("askPage", "", 0.0)
        }
        Effect::OpenWindow(card) => {
            put_card(card, page);
            put_look(&config.look, page);
            ("openWindow", "", 0.0)
        }
        Effect::Probe(url) => ("probe", url.as_str(), 0.0),
        Effect::FetchTicket(url, fields) => {
            put_fields(&fields.0, page);
            ("fetchTicket", url.as_str(), 0.0)
        }
        Effect::LoadFrame(launch) => {
            announce_frame(launch, &config.look, origin, page);
            put_fields(&launch.fields, page);
            ("loadFrame", launch.url.as_str(), 0.0)
        }
        Effect::Show(phase) => ("show", phase.name(), 0.0),
        Effect::Detail(detail) => match detail {
            Detail::Title(title) => ("title", title.as_str(), 0.0),
            Detail::Height(height) => ("height", "", *height),
            Detail::Steps(names, at) => {
                put_list(names, page);
                ("steps", "", *at as f64)
            }
            Detail::Block(name) => ("block", name.as_str(), 0.0),
            Detail::Online(online) => ("online", "", flag(online)),
            Detail::Escape => ("escape", "", 0.0),
        },
        Effect::Minimize(minimized) => ("minimize", "", flag(minimized)),
        Effect::Ping => ("ping", "", 0.0),
        Effect::HangUp => ("hangUp", frame_protocol::HANGUP, 0.0),
        Effect::CloseWindow => ("closeWindow", "", 0.0),
        Effect::SendFiltered(text) => ("report", text.as_str(), 0.0),
        Effect::Wake => ("wake", "", 0.0),
        Effect::Publish(published) => ("publish", put_event(published, page), 0.0),
        Effect::Over(how) => {
            page.put("outcome", how.name());
            if let EndReport::Failed(code) = how {
                page.put("code", code);
            }
            ("over", "", 0.0)
        }
        Effect::Resolve(command) => ("resolve", "", f64::from(*command)),
        Effect::Reject(command, error) => {
            put_error(*error, page);
            ("reject", "", f64::from(*command))
        }
        Effect::Remember(text) => ("remember", text.as_str(), 0.0),
        Effect::StartTimer(timer, milliseconds) => ("startTimer", timer.name(), *milliseconds),
        Effect::StopTimer(timer) => ("stopTimer", timer.name(), 0.0),
    };
    page.act(what, text, number);
}

/// Tells what of a configuration concerns the page's side.
pub fn configured(config: &Config, page: &dyn Page) {
    if config.debug {
        page.put("debug", "true");
    }
    let guards = match config.card_guard {
        CardGuard::Off => "",
        CardGuard::Mask => "mask",
        CardGuard::Block => "block",
    };
    page.act("configured", guards, config.command_timeout);
}

/// Tells what the plugin is doing.
pub fn state(snapshot: &Snapshot, page: &dyn Page) {
    for (name, text) in [("name", snapshot.name), ("milestone", snapshot.milestone), ("code", snapshot.code)] {
        put_some(name, text, page);
    }
    if snapshot.minimized {
        page.put("minimized", "true");
    }
    page.act("state", snapshot.state, snapshot.waiting as f64);
}

/// Puts `code`, `message` and `remedy`.
pub fn put_error(error: Error, page: &dyn Page) {
    page.put("message", error.message());
    page.put("code", error.code());
    page.put("remedy", error.remedy());
}

fn put_some(name: &str, value: Option<&str>, page: &dyn Page) {
    if let Some(value) = value {
        page.put(name, value);
    }
}

fn put_card(card: &Card, page: &dyn Page) {
    put_some("name", card.name.as_deref(), page);
    put_some("asker", card.asker.as_deref(), page);
    page.put("origin", &card.origin);
}

fn put_look(look: &Look, page: &dyn Page) {
    let placement = match look.placement {
        Placement::Panel => "panel",
        Placement::Toaster => "toaster",
        Placement::Dock => "dock",
        Placement::Overlay => "overlay",
        Placement::Inline => "inline",
        Placement::Window => "window",
    };
    let size = match look.size {
        Size::Compact => "compact",
        Size::Tall => "tall",
        Size::Full => "full",
    };
    let theme = match look.theme {
        Theme::Auto => "auto",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    page.put("placement", placement);
    page.put("container", &look.container);
    page.put("size", size);
    page.put("theme", theme);
}

fn put_fields(fields: &[(&'static str, String)], page: &dyn Page) {
    for (name, value) in fields {
        page.put(name, value);
    }
}

fn put_list(list: &[String], page: &dyn Page) {
    for (at, entry) in list.iter().enumerate() {
        page.put(&super::text::decimal(at as u32), entry);
    }
}

/// How the frame of a launch is to be built, before [`Effect::LoadFrame`].
fn announce_frame(launch: &Launch, look: &Look, origin: &str, page: &dyn Page) {
    put_some("sandbox", frame_policy::sandbox(look.profile, &launch.origin, origin).as_deref(), page);
    put_some("allow", frame_policy::allow(look.profile, &launch.origin).as_deref(), page);
    if look.credentialless {
        page.put("credentialless", "");
    }
    page.act("frame", &launch.origin.text(), f64::from(u8::from(!launch.fields.is_empty())));
}

/// Puts an event's data, names, states and codes, never a parameter, chat text or key; gives its name.
fn put_event(published: &Published, page: &dyn Page) -> &'static str {
    match published {
        Published::Requested(name) => {
            put_some("name", name.as_deref(), page);
            "requested"
        }
        Published::Progress(milestone) => {
            page.put("milestone", milestone);
            put_some("block", frame_protocol::block_of(milestone), page);
            "progress"
        }
        Published::Failed(error) => {
            put_error(*error, page);
            "failed"
        }
        Published::Warned(error) => {
            put_error(*error, page);
            "warning"
        }
        Published::Loading => "loading",
        Published::Opened => "opened",
        Published::Minimized(true) => "minimized",
        Published::Minimized(false) => "unminimized",
        Published::Closed => "closed",
        Published::Ended => "ended",
        Published::Declined => "declined",
        Published::TimedOut => "timeout",
    }
}

/// What has happened, by its name; `number` is a command's id, an index, or yes (1) and no (0). `None` for what is none of the
/// machine's events.
pub fn event(what: &str, text: String, number: f64) -> Option<Event> {
    let (yes, command) = (number != 0.0, number as u32);
    Some(match what {
        "close" => Event::Close { command, immediately: false },
        "closeNow" => Event::Close { command, immediately: true },
        "minimize" => Event::Minimize { command, minimized: true },
        "unminimize" => Event::Minimize { command, minimized: false },
        "retryCommand" => Event::RetryCommand(command),
        "cancel" => Event::Cancel(command),
        "allowed" => Event::Allowed(yes),
        "claimed" => Event::Claimed(yes),
        "takenOver" => Event::TakenOver,
        "takeOver" => Event::TakeOver,
        "consent" => Event::Consent(true),
        "decline" => Event::Consent(false),
        "probed" => Event::Probed(yes),
        "ticket" => Event::Ticket(Some(text).filter(|ticket| !ticket.is_empty())),
        "closeByCustomer" => Event::CloseByCustomer,
        "done" => Event::Done,
        "retry" => Event::Retry,
        "minimized" => Event::Minimized(yes),
        "viewGone" => Event::ViewGone,
        "viewFailed" => Event::ViewFailed,
        "frameLoaded" => Event::FrameLoaded,
        "timer" => Event::TimerFired(Timer::named(&text)?),
        "connected" => Event::Connected(yes),
        "chatEnded" => Event::ChatEnded,
        "finish" => Event::Finish,
        _ => return None,
    })
}
