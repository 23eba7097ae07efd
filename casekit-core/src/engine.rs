//! The shell around the rules: load, decide, commit, tell observers. The only reader of [`Env`].

mod broken;
mod build;
mod changed_streams;
mod check;
mod clock;
mod collect;
mod customer_notes;
mod delivery;
mod due_tasks;
mod earlier_cases;
mod health;
mod instead;
mod message;
mod moves;
mod named;
mod profile_source;
mod restore;
mod run_due;
mod said;
mod services;
mod snapshot;
#[cfg(test)]
pub(crate) mod testing;
mod unanswered;

pub(crate) use build::no_package_builder;
pub use changed_streams::ChangedStreams;
pub use check::{CheckProgress, CheckReport};
pub(crate) use collect::{Asking, guarded};
pub use due_tasks::Resumed;
pub use health::{Health, HealthFault};
pub(crate) use message::MessageDone;
use moves::{Move, moves_of};
pub use restore::Restored;
pub use run_due::DueReport;
pub(crate) use said::Said;
pub(crate) use snapshot::Lost;
use unanswered::Unanswered;

pub use services::Services;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::authorizer::{Authorizer, AuthorizerFailed};
use crate::commit::{Commit, Digest, Receipt, Refused, RequestClaim, Salt, fingerprint};
use crate::decide::{Command, Context, Decision, SetUp, clock::follow as follow_clock, name_person};
use crate::env::Env;
use crate::error::Error;
use crate::language::Language;
use crate::model::{
    Actor, ActorId, Case, Catalog, CustomerId, Name, PersonId, RequestId, Scope, ScopeCases, StageId,
    Timestamp, kept_instant, limits,
};
use crate::observer::{Observer, Observers, Subscription};
use crate::rejection::{FieldRule, Rejection};
use crate::search::Query;
use crate::store::{CaseFilter, LoadPlan, Loaded, SavedRequest, Store, StoreError, StoreErrorKind, Within};

/// A store with the rules around it. Applications use it through desks.
pub struct Engine {
    pub(crate) store: Arc<dyn Store>,
    env: Box<dyn Env>,
    authorizer: Option<Box<dyn Authorizer>>,
    pub(crate) services: Services,
    pub(crate) observers: Observers,
    /// Held by a command that lost a race, until it is done: see `run`.
    retry_lock: Mutex<()>,
    /// The newest definitions that the store answered with. Names in a query are resolved by them before it runs; if
    /// the answer comes with other definitions, it is asked again.
    seen: Mutex<Arc<Catalog>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

/// One call: who makes it, under which request id, and in which language it is answered.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) actor: Actor,
    /// Whether the library makes it by itself, for nobody.
    pub(crate) by_library: bool,
    pub(crate) request: Option<String>,
    /// The revision that the caller saw of what the command changes.
    pub(crate) seen: Option<u64>,
    /// What the host said already, if the call is made of several reads.
    pub(crate) said: Option<Arc<Said>>,
    pub(crate) language: Arc<Language>,
    /// The language of the kit, which need not be the caller's.
    pub(crate) kit_language: Arc<Language>,
}

impl Call {
    /// The call for one part of a larger command. Its request id is derived from that of the whole, so that repeating
    /// the whole repeats no part that was carried out.
    pub(crate) fn part(&self, part: impl std::fmt::Display) -> Self {
        let request = self.request.as_ref().map(|id| format!("{id}/{part}"));
        Self { request, ..self.clone() }
    }

    /// Refuses a call with a revision, of a command that changes nothing that has one.
    pub(crate) fn without_revision(&self) -> Result<(), Rejection> {
        let why = "no_revision_to_see".to_owned();
        let refused = || Rejection::field("seen", FieldRule::DoesNotFit { why });
        self.seen.map_or(Ok(()), |_| Err(refused()))
    }

    /// The call for what follows a command of the caller's: it is another command, and the first has changed the case.
    pub(crate) fn following(&self) -> Self {
        Self { request: None, seen: None, ..self.clone() }
    }
}

/// The outcome of a command that was carried out by this call, or earlier under the same request id.
pub(crate) struct Done {
    pub(crate) receipt: Receipt,
    pub(crate) replayed: bool,
}

/// The actor of a call and what they may see, parsed once for each call.
pub(crate) struct Caller {
    pub(crate) by: ActorId,
    /// What the host calls them; `None` if it says nothing, or only repeats the id.
    pub(crate) name: Option<Name>,
    pub(crate) on_behalf_of: Option<ActorId>,
    pub(crate) scope: Scope,
}

impl Engine {
    /// Takes a store, and sets it up if it is new: settings, the shipped workflows and case types.
    ///
    /// # Errors
    /// A fault of the store, and `Invalid` for a source whose name cannot be used.
    pub fn new(
        store: Arc<dyn Store>,
        env: Box<dyn Env>,
        authorizer: Option<Box<dyn Authorizer>>,
        services: Services,
    ) -> Result<Arc<Self>, Error> {
        Self::unguarded(store, env, services)?.guarded_by(authorizer)
    }

    /// Takes a store that was restored from a backup: see [`Restored`]. Nobody else may open the store until this
    /// returns.
    ///
    /// # Errors
    /// A fault of the store, and `Invalid` for a floor that no number can have.
    pub fn restored(
        store: Arc<dyn Store>,
        env: Box<dyn Env>,
        authorizer: Option<Box<dyn Authorizer>>,
        services: Services,
        restored: Restored,
    ) -> Result<Arc<Self>, Error> {
        let engine = Self::unguarded(store, env, services)?;
        engine.restore(restored)?;
        engine.guarded_by(authorizer)
    }

    /// Builds the engine without the host's authorizer: an authorizer must not be able to forbid what the library
    /// itself does when it opens a store.
    fn unguarded(store: Arc<dyn Store>, env: Box<dyn Env>, services: Services) -> Result<Self, Error> {
        services.check()?;
        let engine = Self {
            store,
            env,
            authorizer: None,
            services,
            observers: Observers::default(),
            retry_lock: Mutex::default(),
            seen: Mutex::default(),
        };
        if engine.store.catalog()?.settings.is_none() {
            match engine.run(&engine.library(), &SetUp) {
                // The settings have events, so set-up cannot write them, but no state: the row was deleted.
                Err(Error::Rejected(Rejection::Contended { .. }))
                    if engine.store.catalog()?.settings.is_none() =>
                {
                    return Err(unsound().into());
                }
                set_up => drop(set_up?),
            }
        }
        Ok(engine)
    }

    fn guarded_by(self, authorizer: Option<Box<dyn Authorizer>>) -> Result<Arc<Self>, Error> {
        self.observers.hint(self.store.newest()?);
        Ok(Arc::new(Self { authorizer, ..self }))
    }

    /// The store that the engine writes to and reads from.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Notifies an observer after commits, until the subscription is dropped.
    pub fn observe(&self, observer: impl Observer + 'static) -> Subscription {
        self.observers.subscribe(observer)
    }

    /// Closes the store for good, and wakes everyone who waits for changes.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn close(&self) -> Result<(), Error> {
        let closed = self.store.close();
        // Even if the store failed to close: nobody may go on waiting for changes.
        self.observers.close();
        Ok(closed?)
    }

    /// Looks for changes by other processes, and notifies observers if there are any; `true` if there were.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn poll(&self) -> Result<bool, Error> {
        Ok(self.observers.hint(self.store.newest()?))
    }

    /// Carries out a command. If it names a record by the id of something else, the refusal says of what; it says what the
    /// people are called whom it is about, and names wrong fields in the order of the form.
    pub(crate) fn run<C: Command>(&self, call: &Call, command: &C) -> Result<Done, Error> {
        self.carry_out(call, command).map_err(|error| match error {
            Error::Rejected(refused) => {
                let refused = self.with_instead(call, refused.in_order_of(command));
                Error::Rejected(self.with_names(call, refused))
            }
            fault => fault,
        })
    }

    /// Loads what a command needs, decides and commits. If another commit got in between, it starts again.
    fn carry_out<C: Command>(&self, call: &Call, command: &C) -> Result<Done, Error> {
        let caller = self.caller(call)?;
        let named = call.request.as_deref().map(|id| RequestId::parse("request", id)).transpose()?;
        let is_named = named.is_some();
        let request = match named {
            None if self.store.can_lose_answers() => Some(self.request_of_our_own()?),
            named => named,
        };
        let mut unanswered: Option<Unanswered> = None;
        if command.subject().is_none() {
            call.without_revision()?;
        }
        let mut plan = command.load_plan()?;
        plan.request = request.clone().map(|id| (caller.by.clone(), id));
        plan.people.extend(caller.name.as_ref().map(|_| caller.by.clone()));
        // A case that is raised in the scope of one customer is theirs.
        plan.customers.extend(caller.scope.customer);
        let (mut retrying, mut weighed) = (None, None);
        for attempt in 0..limits::DECISIONS {
            // Commands that lost a race retry one at a time; otherwise many on one case would keep invalidating each
            // other until they run out of attempts. Not with a host's authorizer: it is called below, and must never be
            // called under a lock.
            if attempt > 0 && retrying.is_none() && self.authorizer.is_none() {
                retrying = Some(self.retry_lock.lock().unwrap_or_else(PoisonError::into_inner));
            }
            let mut loaded = match (self.store.load(&plan), &mut unanswered) {
                (Err(_), Some(unanswered)) => {
                    unanswered.ask_again(request.as_ref())?;
                    continue;
                }
                (loaded, _) => loaded?,
            };
            if let Some(saved) = loaded.request.take() {
                let done = replay(saved, command)?;
                if unanswered.is_some() {
                    self.tell(&done.receipt);
                }
                // If this call carried it out and only the answer was lost, it is not a replay.
                return Ok(Done { replayed: unanswered.is_none(), ..done });
            }
            // Before anything is decided or refused: a case outside the scope must look like one that does not exist.
            self.narrow(&mut loaded, &caller);
            // What has happened outside cannot be forbidden: what led to it was asked about. The library is not asked about
            // either: it acts for nobody, and only goes on with what somebody was allowed to decide.
            let mut asked = loaded.cases.iter().filter(|_| !command.records() && !call.by_library);
            let allowed = asked.try_for_each(|case| self.allow(&call.actor, command.action(), case));
            let now = self.now()?;
            let context = caller.context(call, now, self.fresh(now), &loaded);
            let up_to_date = || context.not_changed_since(call.seen, command.subject());
            if let Err(refused) = allowed.and_then(|()| up_to_date()) {
                // Whoever lacks the permission is told only that, as for a case that does not exist.
                return Err(match command.decide(&context) {
                    Err(forbidden @ Rejection::Forbidden { .. }) => forbidden.into(),
                    Ok(_) | Err(_) => refused.into(),
                });
            }
            if let Some(data) = command.weighs(&context)? {
                weighed = Some(self.weigh(&data, weighed)?);
            }
            let named = command.names(&context).map(|plan| self.load_named(&plan, &caller)).transpose()?;
            let data = weighed.as_ref().map(|one| one.digest.as_str());
            let context = Context { data, named: named.as_ref(), ..context };
            let mut decision = match command.decide(&context) {
                // The command's own values may be there by now: a repeat of it would refuse itself.
                Err(_) if named.is_some() && self.has_changed(&plan, &loaded, &caller)? => continue,
                decided => decided?,
            };
            follow_clock(&mut decision, &context)?;
            if !command.records() && !call.by_library {
                self.allow_moves(&call.actor, command.action(), &decision)?;
            }
            self.name_caller(&mut decision, &caller, &context);
            let claim = request.clone().map(|id| self.claim(&caller, id, now, command)).transpose()?;
            if decision.drafts.is_empty() && !is_named {
                return Ok(Done { receipt: unchanged(&decision), replayed: false });
            }
            match self.commit_one(self.commit_of(decision, claim)) {
                Ok(Some(receipt)) => return Ok(Done { receipt, replayed: false }),
                Ok(None) => {}
                // Whether it was written is unknown. The next attempt either finds the request as carried out or
                // carries it out; the request id ensures that it happens once.
                Err(Error::Store(fault))
                    if fault.kind() == StoreErrorKind::Uncertain && request.is_some() =>
                {
                    unanswered.get_or_insert(Unanswered::by(fault)).ask_again(request.as_ref())?;
                }
                Err(other) => return Err(other),
            }
        }
        Err(Rejection::Contended { attempts: limits::DECISIONS }.into())
    }

    /// Has the commit of whoever does something say what they are called, if the directory of people does not say that yet.
    fn name_caller(&self, decision: &mut Decision, caller: &Caller, context: &Context<'_>) {
        let Some(name) = caller.name.as_ref().filter(|_| !decision.drafts.is_empty()) else { return };
        // A command that names people has the last word on the caller's own name too.
        if decision.drafts.iter().all(|draft| draft.fact.person().is_none()) {
            let fresh = || PersonId(self.fresh_id(context.now));
            name_person(decision, context, fresh, &caller.by, name);
        }
    }

    /// A request id for a command whose caller gave none. After a lost answer it tells whether the command was carried
    /// out.
    fn request_of_our_own(&self) -> Result<RequestId, Error> {
        Ok(RequestId::parse("request", &format!("casekit:{}", self.fresh_id(self.now()?)))?)
    }

    /// Writes one commit and notifies observers; `None` if something it relied on no longer holds, and nothing was
    /// written.
    fn commit_one(&self, commit: Commit) -> Result<Option<Receipt>, Error> {
        let destroys = !commit.drop_blobs.is_empty();
        match self.store.commit(vec![commit])?.pop() {
            Some(Ok(committed)) => {
                if destroys {
                    // The command is carried out, whatever comes of this; what is left is done by `purge_expired`.
                    self.store.blob_bytes().wipe().ok();
                }
                self.tell(&committed.receipt);
                Ok(Some(committed.receipt))
            }
            Some(Err(Refused::Stale(_) | Refused::RequestClaimed)) => Ok(None),
            Some(Err(Refused::Unsound(error))) => Err(unsound().with_source(error).into()),
            None => Err(unsound().into()),
        }
    }

    /// The definitions that the store answered with last. They may be out of date: never show them or decide by them.
    pub(crate) fn seen(&self) -> Arc<Catalog> {
        Arc::clone(&self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn saw(&self, catalog: &Arc<Catalog>) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(catalog);
    }

    /// A call by an actor in the kit's language, without a request id.
    pub(crate) fn call(&self, actor: Actor) -> Call {
        let language = Arc::clone(self.language());
        let kit_language = Arc::clone(&language);
        Call { actor, by_library: false, request: None, seen: None, said: None, kit_language, language }
    }

    /// The language of packages, and of desks that choose none of their own.
    #[must_use]
    pub fn language(&self) -> &Arc<Language> {
        self.services.language.as_ref().unwrap_or_else(|| Language::english())
    }

    pub(crate) fn tell(&self, receipt: &Receipt) {
        if receipt.events > 0 {
            self.observers.written(receipt.position + receipt.events - 1);
        }
    }

    pub(crate) fn commit_of(&self, decision: Decision, request: Option<RequestClaim>) -> Commit {
        let salts = decision.drafts.iter().map(|_| self.salt()).collect();
        Commit {
            request,
            expect: decision.expect,
            read_set: decision.read_set,
            read_notes: decision.read_notes,
            drafts: decision.drafts,
            salts,
            keep_blobs: decision.keep_blobs,
            drop_blobs: decision.drop_blobs,
        }
    }

    /// Parses the actor of a call, and asks the host's authorizer what they may see.
    pub(crate) fn caller(&self, call: &Call) -> Result<Caller, Error> {
        let by = match call.by_library {
            true => ActorId::parse("actor", &call.actor.id)?,
            false => ActorId::parse_person("actor", &call.actor.id)?,
        };
        // The library is in no directory.
        let named = Name::parse_optional("actor_name", Some(&call.actor.name))?.filter(|_| !call.by_library);
        let name = named.filter(|name| name.as_str() != by.as_str());
        let on_behalf_of = call.actor.on_behalf_of.as_deref().filter(|id| !id.trim().is_empty());
        let on_behalf_of = on_behalf_of.map(|id| ActorId::parse_person("on_behalf_of", id)).transpose()?;
        let scope = match &self.authorizer {
            None => Scope::all(),
            Some(_) if call.by_library => Scope::all(),
            Some(authorizer) => {
                let ask = || {
                    let scope = authorizer.scope(&call.actor).map_err(|_| not_allowed("scope"))?;
                    Ok(scope.consistent())
                };
                call.said.as_ref().map_or_else(ask, |said| said.scope(ask))?
            }
        };
        Ok(Caller { by, name, on_behalf_of, scope })
    }

    /// The customer to whom the host's authorizer narrows an actor: the actor is that customer.
    ///
    /// # Errors
    /// If the authorizer could not tell.
    pub(crate) fn customer_of(&self, actor: &Actor) -> Result<Option<CustomerId>, AuthorizerFailed> {
        self.authorizer.as_ref().map_or(Ok(None), |asked| Ok(asked.scope(actor)?.customer))
    }

    /// Asks the host's authorizer whether an actor may do this to this case. An authorizer that fails forbids.
    pub(crate) fn allow(&self, actor: &Actor, action: &str, case: &Case) -> Result<(), Rejection> {
        match self.forbids(actor, action, case, None)? {
            false => Ok(()),
            true => Err(not_allowed(action)),
        }
    }

    /// Whether the host's authorizer forbids this. An authorizer that fails refuses the call.
    pub(crate) fn forbids(
        &self,
        actor: &Actor,
        action: &str,
        case: &Case,
        to: Option<&StageId>,
    ) -> Result<bool, Rejection> {
        let Some(authorizer) = &self.authorizer else { return Ok(false) };
        authorizer.forbids(actor, action, case, to).map_err(|_| not_allowed(action))
    }

    /// Asks the host's authorizer about every case that a decision raises or brings to another stage.
    pub(crate) fn allow_moves(
        &self,
        actor: &Actor,
        action: &str,
        decision: &Decision,
    ) -> Result<(), Rejection> {
        if self.authorizer.is_none() {
            return Ok(());
        }
        for Move { case, to } in moves_of(decision) {
            if self.forbids(actor, action, &case, Some(&to))? {
                return Err(not_allowed(action));
            }
        }
        Ok(())
    }

    /// Removes cases and customers outside the caller's scope, so that the command answers as if they did not exist.
    pub(crate) fn narrow(&self, loaded: &mut Loaded, caller: &Caller) {
        loaded.cases.retain(|case| caller.sees(case));
        loaded.customers.retain(|customer| caller.scope.has_customer(customer.id));
        if caller.scope.customer.is_some() {
            loaded.catalog = match loaded.catalog.for_customers() {
                Cow::Owned(own) => Arc::new(own),
                Cow::Borrowed(_) => Arc::clone(&loaded.catalog),
            };
        }
    }

    /// What values of fields name, without what the caller may not see. It is of a later moment than the rest of what a
    /// decision reads: what must still hold when the commit is written, such as a name that is free, the decision expects.
    pub(crate) fn load_named(&self, plan: &LoadPlan, caller: &Caller) -> Result<Loaded, Error> {
        let mut named = self.store.load(plan)?;
        self.narrow(&mut named, caller);
        Ok(named)
    }

    /// Whether what was loaded for a decision is another by now. A decision that also read what values of fields name, which is
    /// of a later moment, then fits neither of the two.
    fn has_changed(&self, plan: &LoadPlan, loaded: &Loaded, caller: &Caller) -> Result<bool, Error> {
        let mut now = self.store.load(plan)?;
        self.narrow(&mut now, caller);
        Ok(now != *loaded)
    }

    /// The current time, truncated to the microseconds that are stored: a state must equal the fold of its stored
    /// events. A clock may be the application's, and give any instant.
    pub(crate) fn now(&self) -> Result<Timestamp, Rejection> {
        kept_instant(self.env.now()).map_err(|rule| Rejection::field("clock", rule))
    }

    /// A version 7 UUID, made of `now` and random bytes: ids sort by the time they were made.
    pub(crate) fn fresh_id(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.env.fill(&mut random);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// An id and random bytes for one decision.
    pub(crate) fn fresh(&self, now: Timestamp) -> (Uuid, Salt) {
        (self.fresh_id(now), self.salt())
    }

    pub(crate) fn salt(&self) -> Salt {
        let mut salt = Salt::default();
        self.env.fill(&mut salt);
        salt
    }

    pub(crate) fn claim<C: Command>(
        &self,
        caller: &Caller,
        id: RequestId,
        at: Timestamp,
        command: &C,
    ) -> Result<RequestClaim, Error> {
        let salt = self.salt();
        let fingerprint = fingerprint_of(&salt, command)?;
        Ok(RequestClaim { actor: caller.by.clone(), id, salt, fingerprint, at })
    }
}

impl Caller {
    /// What the caller looks for: staff also in what is not for customers.
    pub(crate) fn looks_for(&self, text: Query) -> Query {
        match self.scope.customer {
            None => text.inside(),
            Some(_) => text,
        }
    }

    /// Whether a case is within the caller's scope.
    pub(crate) fn sees(&self, case: &Case) -> bool {
        let typed = self.scope.has_type(case.case_type);
        let with_team = self.scope.has_team(case.team);
        let own = match self.scope.cases {
            ScopeCases::All => true,
            ScopeCases::Own => case.raised_by == self.by || case.holder_id() == Some(&self.by),
        };
        let theirs = self.scope.customer.is_none_or(|customer| case.customer == Some(customer));
        typed && with_team && own && theirs
    }

    /// Whether the scope leaves any case out.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.within() != Within::default()
    }

    /// The condition that a case is within the caller's scope.
    pub(crate) fn within(&self) -> Within {
        let Scope { types, teams, customer, .. } = &self.scope;
        let teams = teams.as_ref().map(|teams| teams.iter().copied().map(Some).collect());
        Within { types: types.clone(), teams, customer: *customer, own: self.own() }
    }

    /// A filter for the cases within the caller's scope.
    pub(crate) fn filter(&self) -> CaseFilter {
        self.within().into()
    }

    /// The caller's id if the scope is limited to their own cases, otherwise `None`.
    pub(crate) fn own(&self) -> Option<ActorId> {
        match self.scope.cases {
            ScopeCases::All => None,
            ScopeCases::Own => Some(self.by.clone()),
        }
    }

    pub(crate) fn context<'a>(
        &'a self,
        call: &'a Call,
        now: Timestamp,
        (fresh, salt): (Uuid, Salt),
        loaded: &'a Loaded,
    ) -> Context<'a> {
        let on_behalf_of = self.on_behalf_of.as_ref();
        let Call { actor, by_library: _, language, kit_language, request: _, seen: _, said: _ } = call;
        Context {
            actor,
            by: &self.by,
            on_behalf_of,
            language,
            kit_language,
            scope: &self.scope,
            now,
            fresh,
            salt,
            loaded,
            data: None,
            named: None,
        }
    }
}

/// The first receipt of a request that was carried out before; `RequestIdReused` if that was for another command.
pub(crate) fn replay<C: Command>(saved: SavedRequest, command: &C) -> Result<Done, Error> {
    if fingerprint_of(&saved.salt, command)? != saved.fingerprint {
        return Err(Rejection::RequestIdReused.into());
    }
    Ok(Done { receipt: saved.receipt, replayed: true })
}

/// The fingerprint of a command, by which a repeated request id is known to be for the same command.
fn fingerprint_of<C: Command>(salt: &[u8], command: &C) -> Result<Digest, Error> {
    fingerprint(salt, command.action(), command).map_err(|why| {
        let message = "this command can have no request id: give it without one";
        StoreError::new(StoreErrorKind::Unsupported, message).with_source(why).into()
    })
}

fn unchanged(decision: &Decision) -> Receipt {
    let streams = decision.read_set.iter().map(|state| (state.stream(), state.revision())).collect();
    Receipt { position: 0, events: 0, streams, number: None, note: None, entry: None }
}

fn not_allowed(action: &str) -> Rejection {
    Rejection::NotAllowedHere { action: action.to_owned() }
}

pub(crate) fn unsound() -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        "the store and the rules disagree about what is there: verify the file",
    )
}
