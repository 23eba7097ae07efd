//! Writes one case as a document: facts, steps, thread, history.
//!
//! `cargo run -p casekit-export --example case [file] [further font]`

use std::{error::Error, fs, sync::Arc};

use casekit_core::language::Language;
use casekit_export::pdf::{
    Align, Block, Column, Document, Entry, Fact, Fonts, Letterhead, PaperSize, PdfError, Table,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "target/case.pdf".to_owned());
    let mut fonts = Fonts::bundled();
    if let Some(font) = arguments.next() {
        fonts = fonts.with_font(fs::read(font)?, 0)?;
    }
    let (language, at) = (Language::english(), "2026-04-01T08:30:00+02:00".parse()?);
    let letterhead = Letterhead {
        organisation: "Example Energy".to_owned(),
        title: "Case C-000123: data request of Łukasz Żółć".to_owned(),
        subtitle: "With steps, thread and history".to_owned(),
        generated: Letterhead::generated_by(language, "Anna Kowalska", at),
        generated_at: at,
        language: Arc::clone(language),
    };
    let written = write(letterhead, &fonts, &path)?;
    println!("{} pages in {path}", written.pages);
    Ok(())
}

fn write(
    letterhead: Letterhead,
    fonts: &Fonts,
    path: &str,
) -> Result<casekit_export::pdf::Written, PdfError> {
    let mut blocks = vec![
        facts(&[
            ("Number", "C-000123"),
            ("Type", "Data request"),
            ("Stage", "In Progress"),
            ("Customer", "Łukasz Żółć (Ελένη Παπαδοπούλου, Иван Петров)"),
            ("Raised", "2026-03-28 09:12 +02:00 by webform"),
            ("Due", "2026-04-28, 27 days left"),
            ("Description", DESCRIPTION),
        ]),
        Block::Heading("Steps".to_owned()),
        steps(),
        Block::Heading("What was checked".to_owned()),
        Block::List(vec![
            "The account number ends in the four characters that we have on file.".to_owned(),
            "The letter came from the address of the contract; a second letter, sent by registered post, was \
             answered within the week, which is what our procedure asks for."
                .to_owned(),
            "طلب العميل نسخة من بياناته الشخصية.".to_owned(),
        ]),
        Block::Heading("Thread".to_owned()),
    ];
    blocks.extend((0..14).map(message));
    blocks.push(Block::Heading("رسالة إلى العميل".to_owned()));
    blocks.push(Block::Paragraph(ARABIC.to_owned()));
    blocks.push(Block::Paragraph(JAPANESE.to_owned()));
    Document { letterhead, blocks, size: PaperSize::A4 }.write(fonts, &mut fs::File::create(path)?)
}

const DESCRIPTION: &str = "The customer asks for a copy of everything that we hold.\n\nThey name two contracts, one of \
    which ended in 2019. Office files, floor plans and affidavits are to be sent as well.";
const ARABIC: &str = "عزيزي العميل، لقد استلمنا طلبك بتاريخ 28 مارس 2026 ونعمل على جمع البيانات المطلوبة. سنرسل إليك \
    نسخة كاملة من بياناتك الشخصية قبل انتهاء المهلة القانونية، وسنخبرك إذا احتجنا إلى معلومات إضافية (case C-000123).";
const JAPANESE: &str = "お客様の個人データの開示請求を受け付けました。担当者が本人確認を行い、期限までに回答いたします。\
    ご不明な点がございましたら、案件番号 C-000123 をお知らせください。返金についてはこちら。";

fn facts(facts: &[(&str, &str)]) -> Block {
    let fact = |(name, value): &(&str, &str)| Fact { name: (*name).to_owned(), value: (*value).to_owned() };
    Block::Facts(facts.iter().map(fact).collect())
}

fn steps() -> Block {
    let column = |heading: &str, width, align| Column { heading: heading.to_owned(), width, align };
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    Block::Table(Table {
        columns: vec![
            column("Step", 2.0, Align::Left),
            column("State", 1.0, Align::Left),
            column("Decided by", 2.0, Align::Left),
            column("Decided", 2.0, Align::Right),
        ],
        rows: vec![
            row(["Identification", "Done", "Anna Kowalska", "2026-03-29 10:02"]),
            row(["Data approval", "Ready", "", ""]),
            row(["Release", "Locked", "", ""]),
        ],
    })
}

fn message(n: usize) -> Block {
    let texts = [
        "The customer called and asked how long it takes.",
        "Told them that the law gives us a month, counted from the day on which the request arrived, and that we mean \
         to need less. They would like the package by post and by mail, and asked whether the plans of the old \
         office are part of it.",
        "محمد يسأل عن حالة الطلب",
        "They are.\nPlans: yes\nAffidavits: yes",
    ];
    Block::Entry(Entry {
        depth: n % 4,
        author: ["Anna Kowalska", "José Ibáñez", "محمد الأحمد"]
            .get(n % 3)
            .copied()
            .unwrap_or_default()
            .to_owned(),
        remark: format!("2026-03-{:02} 14:{:02}, internal", n + 10, n * 4),
        text: texts.get(n % texts.len()).copied().unwrap_or_default().to_owned(),
    })
}
