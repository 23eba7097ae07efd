//! Attacks on the audit trail by somebody who has the whole file, knows how everything in it is made, and can make it anew:
//! each is found, or only a head that was kept elsewhere finds it.

mod forged;

use std::ops::ControlFlow;

use forged::Forged;

use sha2::{Digest as _, Sha256};

use super::checkpoint::unhex;
use super::{AuditHead, Damage, Verifier, VerifyProgress, VerifyReport, due};
use crate::commit::{Digest, hex};
use crate::language::Language;
use crate::model::{CaseId, StreamId};
use crate::store::StoreErrorKind;

fn verify(forged: &Forged, kept: &[&AuditHead]) -> VerifyReport {
    let store = forged.store();
    Verifier::whole(&store, kept, Language::english(), &mut |_| ControlFlow::Continue(())).unwrap()
}

/// The kind of what is found and the stream it is in.
fn found(forged: &Forged, kept: &[&AuditHead]) -> Option<(Damage, StreamId)> {
    verify(forged, kept).broken.map(|broken| (broken.kind, broken.stream))
}

const LEDGER: StreamId = StreamId::Ledger;

#[test]
fn a_sound_file_confirms_the_heads_that_were_kept_in_the_order_of_their_numbers() {
    let (sound, [first, second, third]) = Forged::sound();
    let report = verify(&sound, &[&third, &first]);
    assert_eq!((report.broken, report.confirmed), (None, vec![first, third]));
    assert_eq!(report.events, sound.events.len() as u64);
    assert_eq!(verify(&sound, &[&second, &second]).confirmed, [second.clone(), second]);
}

#[test]
fn what_is_cut_off_with_its_heads_is_found_by_each_head_that_was_kept_since() {
    let (mut forged, [first, second, third]) = Forged::sound();
    forged.cut_after(second.position - 1);
    assert_eq!(found(&forged, &[]), None, "nothing in the file tells");
    assert_eq!(found(&forged, &[&first]), None, "nor does a head from before");
    for kept in [&second, &third] {
        assert_eq!(found(&forged, &[kept]), Some((Damage::KeptHeadMissing, LEDGER)));
    }
    let report = verify(&forged, &[&third, &second, &first]);
    assert_eq!(report.confirmed, [first], "and how far back it is still what it was");
    assert_eq!(
        report.broken.unwrap().position,
        Some(second.position),
        "the oldest of those that are missing"
    );
}

#[test]
fn a_cut_tail_of_one_stream_is_found_however_well_its_row_is_rewritten() {
    let (sound, [_, second, _]) = Forged::sound();
    for stream in sound.rows.keys().copied().filter(|stream| *stream != LEDGER) {
        let mut forged = sound.clone();
        let last = forged.events.iter().rposition(|event| event.stream == stream).unwrap();
        if forged.events[last].position > second.covers {
            continue;
        }
        forged.events.remove(last);
        forged.make_anew();
        assert_eq!(found(&forged, &[]), Some((Damage::HeadDiffers, LEDGER)), "{stream:?}");
        forged.take_heads_anew();
        assert_eq!(found(&forged, &[]), None, "{stream:?}");
        assert!(matches!(
            found(&forged, &[&second]),
            Some((Damage::KeptHeadDiffers | Damage::KeptHeadMissing, LEDGER))
        ));
    }
}

#[test]
fn a_history_written_anew_with_its_heads_is_found_by_a_head_that_was_kept() {
    let (mut forged, [first, second, third]) = Forged::sound();
    forged.rewrite_the_first_case();
    assert_eq!(found(&forged, &[]), Some((Damage::HeadDiffers, LEDGER)));
    // The heads that were kept are in the file, word for word, and are not what is computed from it.
    for kept in [&first, &second, &third] {
        assert_eq!(found(&forged, &[kept]), Some((Damage::HeadDiffers, LEDGER)));
        assert_eq!(verify(&forged, &[kept]).confirmed, []);
    }
    forged.take_heads_anew();
    assert_eq!(found(&forged, &[]), None, "nothing in the file tells");
    for kept in [&first, &second, &third] {
        assert_eq!(found(&forged, &[kept]), Some((Damage::KeptHeadDiffers, LEDGER)));
    }
}

#[test]
fn a_head_that_lies_is_found_whatever_it_lies_about() {
    let (sound, [first, second, third]) = Forged::sound();
    let end = sound.events.last().unwrap().position;
    for number in 1..=3 {
        for (field, lies) in [
            ("number", vec![0, number - 1, number + 1, 7, u64::MAX]),
            ("position", vec![0, first.position - 1, end, end + 1, end + 1_000_000, u64::MAX]),
            ("covers", vec![0, first.covers - 1, second.covers + 2, end, end + 1, u64::MAX]),
            ("events", vec![0, first.events - 1, third.events + 1, u64::MAX]),
        ] {
            for lie in lies {
                let mut forged = sound.clone();
                if forged.say(number, field, &lie.to_string()) {
                    for kept in [&[][..], &[&first, &second, &third]] {
                        let said = found(&forged, kept);
                        assert_eq!(said, Some((Damage::HeadDiffers, LEDGER)), "{field} {lie} of {number}");
                    }
                    // No head is taken after one that cannot have been taken where it is.
                    if field != "events" && !(field == "covers" && lie < sound.said(number, "position")) {
                        let fault = due(&forged.store()).map(drop).unwrap_err();
                        assert_eq!(fault.kind(), StoreErrorKind::Corrupt, "{field} {lie} of {number}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_head_that_covers_nothing_since_the_one_before_is_found_though_its_digest_fits() {
    let (mut forged, [first, second, _]) = Forged::sound();
    forged.cut_after(second.position);
    let covered = Sha256::new().chain_update("casekit head 1").chain_update(unhex(&first.digest).unwrap());
    let digest: Digest = covered.finalize().into();
    forged.say(2, "covers", &first.covers.to_string());
    forged.say(2, "events", &first.events.to_string());
    forged.say(2, "digest", &format!("\"{}\"", hex(&digest)));
    assert_eq!(found(&forged, &[]), Some((Damage::HeadDiffers, LEDGER)));
}

#[test]
fn heads_that_are_doubled_swapped_put_first_or_put_between_are_found() {
    let (sound, [first, second, third]) = Forged::sound();
    let heads: Vec<usize> = sound.heads();
    for (from, to) in [(0, 1), (1, 1), (2, 1), (1, 0), (2, 0)] {
        let mut forged = sound.clone();
        let copy = forged.events[heads[from]].clone();
        forged.insert(heads[to], copy);
        assert_eq!(found(&forged, &[]), Some((Damage::HeadDiffers, LEDGER)), "{from} before {to}");
        assert!(found(&forged, &[&first, &second]).is_some());
    }
    // Swapped in what they say.
    let mut forged = sound.clone();
    let facts = forged.events[heads[0]].facts.clone();
    forged.events[heads[0]].facts = std::mem::replace(&mut forged.events[heads[1]].facts, facts);
    forged.make_anew();
    assert_eq!(found(&forged, &[]), Some((Damage::HeadDiffers, LEDGER)));
    // Taken out. Without the last one the file is what it was before that was taken.
    for (gone, is_last) in [(heads[0], false), (heads[1], false), (heads[2], true)] {
        let mut forged = sound.clone();
        forged.events.remove(gone);
        forged.make_anew();
        assert_eq!(found(&forged, &[&first, &second]).is_none(), is_last, "{gone}");
        assert!(found(&forged, &[&first, &second, &third]).is_some(), "{gone}");
    }
}

#[test]
fn no_event_may_lose_its_personal_part() {
    let (sound, [first, ..]) = Forged::sound();
    let with = sound.events.iter().enumerate().filter(|(_, event)| event.commitment.is_some());
    let places: Vec<usize> = with.map(|(place, _)| place).collect();
    assert!(places.len() > 3);
    for place in places {
        for (personal, salt, kind) in [
            (None, None, Damage::Missing),
            (Some(()), None, Damage::Altered),
            (None, Some(()), Damage::Altered),
        ] {
            let mut forged = sound.clone();
            let event = &mut forged.events[place];
            event.personal = event.personal.take().filter(|_| personal.is_some());
            event.salt = event.salt.take().filter(|_| salt.is_some());
            let (stream, revision) = (event.stream, event.revision);
            for kept in [&[][..], &[&first]] {
                let broken = verify(&forged, kept).broken.unwrap();
                assert_eq!((broken.kind, broken.stream, broken.revision), (kind, stream, revision));
            }
        }
    }
}

#[test]
fn a_row_under_the_id_of_another_stream_is_found_in_every_table() {
    let (sound, _) = Forged::sound();
    for stream in sound.rows.keys().copied() {
        for id in [uuid::Uuid::nil(), uuid::Uuid::from_u128(7), uuid::Uuid::max()] {
            let Some(other) = StreamId::from_parts(stream.kind().code(), id).filter(|other| *other != stream)
            else {
                continue;
            };
            let mut forged = sound.clone();
            let row = forged.rows.remove(&stream).unwrap();
            forged.rows.insert(other, row);
            assert_eq!(found(&forged, &[]), Some((Damage::Misplaced, other)), "{stream:?} as {id}");
        }
        let mut forged = sound.clone();
        forged.rows.remove(&stream);
        assert_eq!(found(&forged, &[]), Some((Damage::Missing, stream)));
    }
}

#[test]
fn a_note_that_no_case_has_is_found_wherever_its_case_would_be() {
    let (sound, _) = Forged::sound();
    for id in [uuid::Uuid::nil(), uuid::Uuid::from_u128(u128::MAX / 2), uuid::Uuid::max()] {
        let mut forged = sound.clone();
        let note = forged.notes[0].clone();
        let id = CaseId(id);
        forged.notes.push(crate::model::Note { case: id, id: crate::model::NoteId(id.0), ..note });
        assert_eq!(found(&forged, &[]), Some((Damage::Added, StreamId::Case(id))));
    }
}

#[test]
fn a_case_without_events_is_found() {
    let (mut forged, _) = Forged::sound();
    let case = forged.first_case();
    forged.events.retain(|event| event.stream != case);
    assert_eq!(found(&forged, &[]), Some((Damage::Missing, case)));
}

#[test]
fn a_stream_that_lost_its_row_is_found_by_who_verifies_it_alone() {
    let (mut forged, _) = Forged::sound();
    let case = forged.first_case();
    let events = forged.events.iter().filter(|event| event.stream == case).count() as u64;
    forged.rows.remove(&case);
    let store = forged.store();
    let verify = |stream| {
        Verifier::stream(&store, stream, Language::english(), &mut |_| ControlFlow::Continue(())).unwrap()
    };
    let report = verify(case);
    assert_eq!(report.broken.map(|broken| (broken.kind, broken.stream)), Some((Damage::Missing, case)));
    assert_eq!((report.streams, report.events), (1, events));
    let never = verify(StreamId::Case(CaseId(uuid::Uuid::from_u128(7))));
    assert_eq!((never.events, never.broken), (0, None), "nothing is missing of what never was");
}

#[test]
fn who_is_told_of_the_progress_can_end_it_each_time() {
    let (sound, _) = Forged::sound();
    let store = sound.store();
    let mut told = Vec::new();
    let run = |told: &mut Vec<VerifyProgress>, most: usize| {
        told.clear();
        let mut tell = |so_far| {
            told.push(so_far);
            if told.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        Verifier::whole(&store, &[], Language::english(), &mut tell)
    };
    let report = run(&mut told, usize::MAX).unwrap();
    let of = sound.events.last().unwrap().position;
    assert_eq!(told.first(), Some(&VerifyProgress { streams: 0, events: 0, of }));
    assert_eq!(told.last(), Some(&VerifyProgress { streams: report.streams, events: report.events, of }));
    for most in 1..=told.clone().len() {
        let fault = run(&mut told, most).unwrap_err();
        assert_eq!((fault.kind(), told.len()), (StoreErrorKind::Cancelled, most));
    }
}

#[test]
fn who_ends_it_within_a_long_history_is_told_nothing_more() {
    let (store, _) = Forged::with_a_long_case(2_500);
    let mut told = 0;
    let run = |told: &mut usize, most: usize| {
        *told = 0;
        let mut tell = |_| {
            *told += 1;
            if *told == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        Verifier::whole(store.as_ref(), &[], Language::english(), &mut tell)
    };
    assert_eq!(run(&mut told, usize::MAX).unwrap().broken, None);
    let times = told;
    assert!(times > 3, "also while the long case is read: {times}");
    for most in 1..=times {
        let fault = run(&mut told, most).unwrap_err();
        assert_eq!((fault.kind(), told), (StoreErrorKind::Cancelled, most));
    }
}

#[test]
fn who_verifies_one_stream_is_told_how_much_of_it_was_read_and_can_end_it_each_time() {
    let (store, case) = Forged::with_a_long_case(2_500);
    let mut told = Vec::new();
    let run = |told: &mut Vec<VerifyProgress>, most: usize| {
        told.clear();
        let mut tell = |so_far| {
            told.push(so_far);
            if told.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        Verifier::stream(store.as_ref(), case, Language::english(), &mut tell)
    };
    let report = run(&mut told, usize::MAX).unwrap();
    assert_eq!((report.streams, report.events, report.broken), (1, 2_500, None));
    let events: Vec<u64> = told.iter().map(|so_far| so_far.events).collect();
    // The page of notes, which there are none of, is one step.
    assert_eq!(events, [0, 999, 1_999, 2_500]);
    assert!(told.iter().all(|so_far| so_far.of == 2_500));
    for most in 1..=told.clone().len() {
        let fault = run(&mut told, most).unwrap_err();
        assert_eq!((fault.kind(), told.len()), (StoreErrorKind::Cancelled, most));
    }
}

#[test]
fn a_report_speaks_the_language_of_its_reader() {
    let (mut forged, [first, ..]) = Forged::sound();
    forged.cut_after(first.position - 1);
    let german = Language::shipped("de").unwrap();
    let store = forged.store();
    let broken =
        Verifier::whole(&store, &[&first], &german, &mut |_| ControlFlow::Continue(())).unwrap().broken;
    let broken = broken.unwrap();
    assert_eq!(broken.why, "Der aufbewahrte Kopf ist nicht in dieser Datei");
    assert!(broken.advice.contains("Sicherung"), "{}", broken.advice);
    let broken = verify(&forged, &[&first]).broken.unwrap();
    assert_eq!(broken.why, "the head that was kept is not in this file");
    assert!(broken.advice.contains("restore a backup"), "{}", broken.advice);
}

#[test]
fn the_order_of_two_cases_between_two_heads_is_what_no_head_tells() {
    let (mut forged, [first, second, third]) = Forged::sound();
    let case = |event: &&crate::commit::StoredEvent| event.stream.case().is_some();
    let places: Vec<u64> = forged.events.iter().filter(case).map(|event| event.position).collect();
    let between = places.windows(2).find(|pair| {
        let stream = |position| forged.events.iter().find(|event| event.position == position).unwrap().stream;
        pair[1] < first.position && stream(pair[0]) != stream(pair[1])
    });
    let [before, after] = *between.unwrap() else { panic!("two events") };
    forged.swap_positions(before, after);
    assert_eq!(found(&forged, &[&first, &second, &third]), None);
}
