//! Properties that hold for every input: a value that is written reads back equal, and applying a
//! change twice equals applying it once.

use std::convert::Infallible;

use domain::base::{
    AccountId, Delay, EventId, Field, FieldErrors, Secret, SecretChange, Timestamp, WebhookId,
};
use domain::crypto::{Algorithm, SigningKey, SigningKeys, SigningSecret, StoredSecret};
use domain::delivery::Schedule;
use domain::event::{EventPatterns, EventType, EventTypes, TraceContext, trace};
use domain::filter::FilterText;
use domain::http::PageQuery;
use domain::json::{ValidateOnly, parse};
use domain::request::Body;
use domain::webhook::{
    Activity, AdditionalHeaders, BasicAuth, Configuration, DeliveryOptionsChange, HeadersChange,
    Metadata, RetryOptions, TargetPolicy, TargetUrl, WebhookAnswer, WebhookChange, WebhookView,
};
use proptest::prelude::*;

use crate::support::webhook_rules;

/// Writes a value and reads it back.
fn through_serde<T>(value: &T) -> T
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let written = serde_json::to_string(value).unwrap();
    serde_json::from_str(&written).unwrap()
}

fn target() -> impl Strategy<Value = TargetUrl> {
    let url = "(HTTP|https)://([a-z0-9ß]{1,5}\\.){1,3}com(:[1-9]{4})?(/\\PC{0,9})?(\\?\\PC{0,9})?";
    url.prop_filter_map("refused", |url| TargetUrl::parse(&url, &TargetPolicy::default()).ok())
}

fn event_type() -> impl Strategy<Value = EventType> {
    let names = EventTypes::documented().iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    prop::sample::select(names)
}

fn secret_change() -> impl Strategy<Value = SecretChange<StoredSecret>> {
    let bare = |secret| Ok::<_, Infallible>(StoredSecret::Bare(secret));
    "[ -~]{0,12}|\\*{8}".prop_map(move |text| SecretChange::from_text(text).try_map(bare).unwrap())
}

fn password_change() -> impl Strategy<Value = SecretChange<Option<StoredSecret>>> {
    let set = |kept: StoredSecret| Ok::<_, Infallible>((!kept.is_empty()).then_some(kept));
    secret_change().prop_map(move |change| change.try_map(set).unwrap())
}

fn headers_change() -> impl Strategy<Value = HeadersChange> {
    let header = ("[a-zA-Z0-9_-]{1,8}", secret_change());
    let headers = prop::collection::vec(header, 0..5);
    headers.prop_filter_map("refused", |headers| HeadersChange::new(headers).ok())
}

fn event_patterns() -> impl Strategy<Value = EventPatterns> {
    let entries = ["COURSE_*", "QUIZ_COMPLETION", "*", "WEBHOOK_*", "V*", "PATH_ENROLLMENT"];
    let entries = prop::collection::vec(prop::sample::select(entries.to_vec()), 0..4);
    let list = entries.prop_map(|entries| {
        let entries = entries.into_iter().map(str::to_owned).collect();
        EventPatterns::new(entries, &EventTypes::documented()).unwrap()
    });
    // A request turns a list of one type into that `event_type`.
    list.prop_filter("one type", |list| list.single().is_none())
}

fn metadata() -> impl Strategy<Value = Metadata> {
    let entries = prop::collection::btree_map("\\PC{1,40}", "\\PC{0,9}", 0..4);
    entries.prop_map(|entries| Metadata::new(entries.into_iter().collect()).unwrap())
}

fn retry() -> impl Strategy<Value = RetryOptions> {
    let delay = || prop::option::of((1_u64..=10_000).prop_map(Delay::from_ms));
    let parts = (prop::option::of(0_u32..=60), delay(), delay());
    parts.prop_filter_map("empty or refused", |(limit, base, max)| {
        let retry = RetryOptions { limit, base, max };
        let is_ordered = base.is_none_or(|base| max.is_none_or(|max| base <= max));
        let schedule = Schedule::DOCUMENTED.with(retry);
        let fits = schedule.length() <= Schedule::DOCUMENTED.length();
        (is_ordered && fits && retry != RetryOptions::default()).then_some(retry)
    })
}

prop_compose! {
    fn delivery_options_change()(
        ordered in any::<Option<bool>>(),
        deactivate_on_4xx in any::<Option<bool>>(),
        hold_while_paused in any::<Option<bool>>(),
        timeout in prop::option::of(prop::option::of(
            (1_000_u64..=28_000).prop_map(Delay::from_ms)
        )),
        retry in prop::option::of(prop::option::of(retry())),
    ) -> DeliveryOptionsChange {
        DeliveryOptionsChange {
            ordered,
            timeout,
            retry,
            deactivate_on_4xx,
            hold_while_paused,
            ..DeliveryOptionsChange::default()
        }
    }
}

fn filter() -> impl Strategy<Value = Option<FilterText>> {
    let text = prop_oneof![Just("{}"), Just(r#"{"n": 1}"#), Just(r#"{"a":{"$gt":1e400}}"#)];
    text.prop_map(|text| FilterText::parse(text).unwrap())
}

prop_compose! {
    fn change()(
        target_url in prop::option::of(target()),
        active in any::<Option<bool>>(),
        event_type in prop::option::of(prop::option::of(event_type())),
        basic_auth_username in prop::option::of("[a-zé]{0,5}"),
        basic_auth_password in prop::option::of(password_change()),
        additional_headers in prop::option::of(headers_change()),
        name in prop::option::of("[a-zé ☃]{0,9}".prop_map(|name| name.trim().to_owned())),
        metadata in prop::option::of(metadata()),
        event_types in prop::option::of(event_patterns()),
        delivery_options in delivery_options_change(),
        filter in prop::option::of(filter()),
    ) -> WebhookChange {
        WebhookChange {
            target_url,
            active,
            event_type,
            basic_auth_username,
            basic_auth_password,
            additional_headers,
            delivery_options,
            name,
            metadata,
            event_types,
            filter,
        }
    }
}

fn signing_keys() -> SigningKeys {
    SigningKeys::new(SigningKey::new(&SigningSecret::generate(Algorithm::Hmac, [7; 32])))
}

fn configuration() -> impl Strategy<Value = Configuration> {
    let parts = (target(), change());
    parts.prop_filter_map("refused", |(target, change)| {
        change.apply(&Configuration::new(target, signing_keys())).ok()
    })
}

fn field() -> impl Strategy<Value = Field> {
    prop::sample::select(vec![
        Field::TargetUrl,
        Field::Active,
        Field::EventType,
        Field::BasicAuthUsername,
        Field::BasicAuthPassword,
        Field::AdditionalHeaders,
        Field::NonFieldErrors,
    ])
}

proptest! {
    #[test]
    fn ids_read_back_and_sort_by_time(early in 0_u64..1 << 40, late in 0_u64..1 << 40,
                                      a in any::<[u8; 10]>(), b in any::<[u8; 10]>()) {
        let (first, second) = (Timestamp::from_ms(early), Timestamp::from_ms(early + 1 + late));
        let (first, second) = (WebhookId::new(first, a), WebhookId::new(second, b));
        prop_assert!(first < second);
        prop_assert_eq!(first.as_str().parse(), Ok(first.clone()));
        prop_assert_eq!(through_serde(&second), second);
        let event = EventId::new(Timestamp::from_ms(early), a);
        prop_assert_eq!(through_serde(&event), event);
    }

    #[test]
    fn accounts_read_back(name in "[A-Za-z0-9][A-Za-z0-9._-]{0,127}") {
        let account: AccountId = name.parse().unwrap();
        prop_assert_eq!(account.to_string(), name);
        prop_assert_eq!(through_serde(&account), account);
    }

    #[test]
    fn normalising_a_target_twice_changes_nothing(target in target()) {
        let again = TargetUrl::try_from(target.href().to_owned()).unwrap();
        prop_assert_eq!(again.href(), target.href());
        prop_assert_eq!(again.check(&TargetPolicy::default()), Ok(()));
        prop_assert_eq!(through_serde(&target), target);
    }

    #[test]
    fn configurations_and_changes_read_back(stored in configuration(), change in change()) {
        prop_assert_eq!(through_serde(&stored), stored);
        prop_assert_eq!(through_serde(&change), change);
    }

    #[test]
    fn applying_a_change_twice_equals_applying_it_once(stored in configuration(),
                                                      change in change()) {
        if let Ok(changed) = change.apply(&stored) {
            prop_assert_eq!(change.apply(&changed), Ok(changed));
        }
    }

    #[test]
    fn headers_keep_their_order(names in prop::collection::btree_set("x-[a-z]{1,9}", 0..9)) {
        let names: Vec<_> = names.into_iter().rev().collect();
        let value = |name: &String| StoredSecret::Bare(Secret::new(name.clone()));
        let headers = names.iter().map(|name| (name.clone(), value(name)));
        let headers = AdditionalHeaders::new(headers.collect()).unwrap();
        let read = through_serde(&headers);
        let read: Vec<_> = read.iter().map(|(name, _)| name.to_owned()).collect();
        prop_assert_eq!(read, names);
    }

    #[test]
    fn a_view_written_back_changes_nothing(stored in configuration(), active in any::<bool>()) {
        let activity = Activity::by_owner(active);
        let view = WebhookView::new("a".parse().unwrap(), &stored, activity);
        prop_assert_eq!(through_serde(&view), view.clone());
        let answer = serde_json::to_vec(&WebhookAnswer::from(view.clone())).unwrap();
        for written in [serde_json::to_vec(&view).unwrap(), answer] {
            let change = WebhookChange::from_body(&Body::Json(written), webhook_rules()).unwrap();
            prop_assert_eq!(change.active, Some(active));
            prop_assert_eq!(change.apply(&stored), Ok(stored.clone()));
        }
    }

    #[test]
    fn a_view_holds_no_secret(password in "[a-z]{20}", value in "[a-z]{20}") {
        let target = TargetUrl::try_from("https://example.com/".to_owned()).unwrap();
        let bare = |text: &String| StoredSecret::Bare(Secret::new(text.clone()));
        let stored = Configuration {
            basic_auth: BasicAuth::new(String::new(), Some(bare(&password))),
            additional_headers: AdditionalHeaders::new(vec![("x".to_owned(), bare(&value))])
                .unwrap(),
            ..Configuration::new(target, signing_keys())
        };
        let view = WebhookView::new("a".parse().unwrap(), &stored, Activity::Active);
        for shown in [serde_json::to_string(&view).unwrap(), format!("{stored:?}")] {
            prop_assert!(!shown.contains(&password) && !shown.contains(&value));
        }
    }

    #[test]
    fn field_errors_are_listed_in_order(fields in prop::collection::vec(field(), 0..12)) {
        let mut errors = FieldErrors::default();
        for (index, field) in fields.iter().enumerate() {
            errors.add(*field, index);
        }
        let listed: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        prop_assert!(listed.is_sorted());
        let sentences: usize = errors.iter().map(|(_, sentences)| sentences.len()).sum();
        prop_assert_eq!(sentences, fields.len());
        prop_assert_eq!(through_serde(&errors), errors);
    }

    #[test]
    fn json_is_valid_iff_serde_reads_it(text in "[\\[\\]{}:,\"\\\\u0-9a-f.eE+\\- \ntrulsn]{0,16}") {
        let known = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        let parsed = parse::parse(text.as_bytes(), ValidateOnly);
        prop_assert_eq!(parsed.is_ok(), known, "{:?}", parsed);
        if let Err(error) = parsed {
            let offset = error.position.map_or(0, |position| position.offset);
            prop_assert!(offset <= text.chars().count());
            prop_assert_ne!(error.kind, domain::json::JsonErrorKind::Other);
        }
    }

    /// What an attempt sends is a trace that a receiver reads, of the same id, flags and state, and
    /// a receiver that publishes it again keeps the trace.
    #[test]
    fn a_trace_reads_back_from_what_is_stored_and_from_what_is_sent(
        version in "0[0-9a-f]|[1-9a-e][0-9a-f]|f[0-9a-e]",
        ids in "[1-9a-f][0-9a-f]{31}-[0-9a-f]{15}[1-9a-f]",
        flags in "[0-9a-f]{2}", state in "([a-z][a-z0-9_@*/-]{0,9}=[!-+--<>-~]{1,200},? ?){0,9}",
    ) {
        let parent = format!("{version}-{ids}-{flags}");
        let trace = TraceContext::from_headers(Some(&parent), Some(&state));
        let trace = trace.ok_or(TestCaseError::fail(parent))?;
        prop_assert_eq!(through_serde(&trace), trace.clone());
        prop_assert_eq!(format!("{}-{}", trace.trace_id(), trace.parent_span_id()), ids);
        let webhook = "w1".parse().unwrap();
        let (event, at) = (EventId::new(Timestamp::EPOCH, [1; 10]), Timestamp::from_ms(5));
        let sent = trace::parent(Some(&trace), &webhook, &event, at);
        prop_assert!(trace.state().is_none_or(|state| (1..=512).contains(&state.len())));
        let received = TraceContext::from_headers(Some(&sent), trace.state()).unwrap();
        let span = trace::span_id(&webhook, &event, at);
        prop_assert_eq!(received.parent_span_id(), span.as_str());
        let received = received.as_str().replacen(&span, trace.parent_span_id(), 1);
        prop_assert_eq!(received, trace.as_str());
    }

    #[test]
    fn only_a_valid_trace_is_read(parent in "[0-9a-fA-F.-]{40,60}|\\PC{0,60}", state in "\\PC*") {
        prop_assert!(TraceContext::from_headers(None, Some(&state)).is_none());
        if let Some(trace) = TraceContext::from_headers(Some(&parent), Some(&state)) {
            prop_assert!(trace.as_str().bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        }
    }

    #[test]
    fn pages_cover_a_list_without_gaps(count in 0_usize..50, size in 1_usize..9) {
        let url = "https://hooks.example.com/v1/webhooks";
        let mut query = format!("page_size={size}");
        let mut seen = 0;
        loop {
            let window = PageQuery::parse(&query).window(url, &query, count).unwrap();
            prop_assert_eq!(window.range.start, seen);
            seen = window.range.end;
            let Some(next) = window.next else { break };
            next.split_once('?').unwrap().1.clone_into(&mut query);
        }
        prop_assert_eq!(seen, count);
    }
}
