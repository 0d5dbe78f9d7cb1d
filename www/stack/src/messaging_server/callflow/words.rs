//! The words that all callflows share, in every language they may be written in.

use super::kinds::Lack;
use crate::messaging_server::card::HeldCard;

/// Words of one language.
pub(super) struct Words {
    /// Its code.
    pub(super) code: &'static str,
    /// Whether it is written from right to left.
    pub(super) from_right: bool,
    /// Above one fault.
    pub(super) check_one: &'static str,
    /// Above several.
    pub(super) check_these: &'static str,
    /// Before the title of a page with faults.
    pub(super) check_title: &'static str,
    /// Behind the label of what may be left empty.
    pub(super) optional: &'static str,
    /// The way to the agent.
    pub(super) agent: &'static str,
    /// What the question mark is called.
    pub(super) help: &'static str,
    /// What a link says of the window it opens.
    pub(super) new_window: &'static str,
}

const ENGLISH: Words = Words {
    code: "en",
    from_right: false,
    check_one: "Please check one entry",
    check_these: "Please check these entries",
    check_title: "Check your entries",
    optional: "optional",
    agent: "Ask the agent instead",
    help: "Help",
    new_window: "opens in a new window",
};

const GERMAN: Words = Words {
    code: "de",
    from_right: false,
    check_one: "Bitte prüfen Sie eine Angabe",
    check_these: "Bitte prüfen Sie diese Angaben",
    check_title: "Angaben prüfen",
    optional: "freiwillig",
    agent: "Lieber mit dem Berater klären",
    help: "Hilfe",
    new_window: "öffnet ein neues Fenster",
};

const ARABIC: Words = Words {
    code: "ar",
    from_right: true,
    check_one: "يرجى مراجعة إدخال واحد",
    check_these: "يرجى مراجعة هذه الإدخالات",
    check_title: "راجع إدخالاتك",
    optional: "اختياري",
    agent: "أفضّل التحدث مع الموظف",
    help: "مساعدة",
    new_window: "يُفتح في نافذة جديدة",
};

const ALL: [&Words; 3] = [&ENGLISH, &GERMAN, &ARABIC];

impl Words {
    /// Codes of all languages.
    pub(super) const LANGUAGES: [&'static str; 3] = [ENGLISH.code, GERMAN.code, ARABIC.code];

    /// The words of a language.
    pub(super) fn of(code: &str) -> Option<&'static Self> {
        ALL.into_iter().find(|words| words.code == code)
    }

    /// The words of a language, else English.
    pub(super) fn or_english(code: &str) -> &'static Self {
        Self::of(code).unwrap_or(&ENGLISH)
    }

    /// Where the customer is, for who cannot see it.
    pub(super) fn step(&self, at: usize, of: usize, name: &str) -> String {
        match self.code {
            "de" => format!("Schritt {at} von {of}: {name}"),
            "ar" => format!("الخطوة {at} من {of}: {name}"),
            _ => format!("Step {at} of {of}: {name}"),
        }
    }

    /// A card, as far as it may be shown.
    pub(super) fn card(&self, card: &HeldCard) -> String {
        let (brand, end) = (card.brand, &card.last_four);
        match self.code {
            "de" => format!("{brand}, endet auf {end}"),
            "ar" => format!("{brand} تنتهي بـ {end}"),
            _ => format!("{brand} ending in {end}"),
        }
    }

    /// What to do about a fault. `label` is the field's.
    pub(super) fn advice(&self, lack: Lack, label: &str) -> String {
        match self.code {
            "de" => german(lack, label),
            "ar" => arabic(lack, label),
            _ => english(lack, label),
        }
    }
}

fn english(lack: Lack, label: &str) -> String {
    match lack {
        Lack::Missing => format!("{label}: enter something here."),
        Lack::NotChosen => format!("{label}: choose one."),
        Lack::NotAgreed => "Tick the box to go on.".to_owned(),
        Lack::TooLong(most) => format!("{label}: at most {most} characters."),
        Lack::Email => "Enter an e-mail address such as ann@mail.example.".to_owned(),
        Lack::Phone => "Enter a telephone number: digits, with or without +.".to_owned(),
        Lack::Postcode => "Enter a postcode: letters and digits.".to_owned(),
        Lack::Number => format!("{label}: enter a whole number."),
        Lack::Date => format!("{label}: enter a date that exists."),
        Lack::NotPast => format!("{label}: enter a date in the past."),
        Lack::Past => format!("{label}: enter today or a later date."),
        Lack::Amount => "Enter currency and amount, such as USD77.80.".to_owned(),
        Lack::Account => format!("{label}: letters and digits only."),
        Lack::Digits(count) => format!("{label}: enter {count} digits."),
        Lack::CardNumber => "Check the card number: 12 to 19 digits, as on the card.".to_owned(),
        Lack::CardExpiry => "Enter the expiry date as month and year, such as 09/28.".to_owned(),
        Lack::CardExpired => "This card has expired. Use another one.".to_owned(),
        Lack::CardCode => "Enter the security code: 3 or 4 digits.".to_owned(),
        Lack::CardName => "Enter the name as printed on the card.".to_owned(),
    }
}

fn german(lack: Lack, label: &str) -> String {
    match lack {
        Lack::Missing => format!("{label}: bitte ausfüllen."),
        Lack::NotChosen => format!("{label}: bitte auswählen."),
        Lack::NotAgreed => "Setzen Sie das Häkchen, um fortzufahren.".to_owned(),
        Lack::TooLong(most) => format!("{label}: höchstens {most} Zeichen."),
        Lack::Email => "Geben Sie eine E-Mail-Adresse ein, etwa ann@mail.example.".to_owned(),
        Lack::Phone => "Geben Sie eine Telefonnummer ein: Ziffern, mit oder ohne +.".to_owned(),
        Lack::Postcode => "Geben Sie eine Postleitzahl ein: Buchstaben und Ziffern.".to_owned(),
        Lack::Number => format!("{label}: bitte eine ganze Zahl."),
        Lack::Date => format!("{label}: bitte ein Datum, das es gibt."),
        Lack::NotPast => format!("{label}: bitte ein Datum in der Vergangenheit."),
        Lack::Past => format!("{label}: bitte heute oder später."),
        Lack::Amount => "Geben Sie Währung und Betrag ein, etwa USD77.80.".to_owned(),
        Lack::Account => format!("{label}: nur Buchstaben und Ziffern."),
        Lack::Digits(count) => format!("{label}: bitte {count} Ziffern."),
        Lack::CardNumber => "Prüfen Sie die Kartennummer: 12 bis 19 Ziffern, wie auf der Karte.".to_owned(),
        Lack::CardExpiry => "Geben Sie Monat und Jahr des Ablaufs ein, etwa 09/28.".to_owned(),
        Lack::CardExpired => "Diese Karte ist abgelaufen. Nehmen Sie eine andere.".to_owned(),
        Lack::CardCode => "Geben Sie die Prüfnummer ein: 3 oder 4 Ziffern.".to_owned(),
        Lack::CardName => "Geben Sie den Namen ein, wie er auf der Karte steht.".to_owned(),
    }
}

fn arabic(lack: Lack, label: &str) -> String {
    match lack {
        Lack::Missing => format!("{label}: يرجى ملء هذا الحقل."),
        Lack::NotChosen => format!("{label}: يرجى اختيار إجابة."),
        Lack::NotAgreed => "ضع علامة في المربع للمتابعة.".to_owned(),
        Lack::TooLong(most) => format!("{label}: {most} حرفًا على الأكثر."),
        Lack::Email => "أدخل عنوان بريد إلكتروني مثل ann@mail.example.".to_owned(),
        Lack::Phone => "أدخل رقم هاتف: أرقام، مع + أو بدونها.".to_owned(),
        Lack::Postcode => "أدخل الرمز البريدي: حروف وأرقام.".to_owned(),
        Lack::Number => format!("{label}: أدخل عددًا صحيحًا."),
        Lack::Date => format!("{label}: أدخل تاريخًا صحيحًا."),
        Lack::NotPast => format!("{label}: أدخل تاريخًا في الماضي."),
        Lack::Past => format!("{label}: أدخل تاريخ اليوم أو بعده."),
        Lack::Amount => "أدخل العملة والمبلغ مثل USD77.80.".to_owned(),
        Lack::Account => format!("{label}: حروف وأرقام فقط."),
        Lack::Digits(count) => format!("{label}: أدخل {count} أرقام."),
        Lack::CardNumber => "راجع رقم البطاقة: من 12 إلى 19 رقمًا كما على البطاقة.".to_owned(),
        Lack::CardExpiry => "أدخل شهر وسنة الانتهاء مثل 09/28.".to_owned(),
        Lack::CardExpired => "انتهت صلاحية هذه البطاقة. استخدم بطاقة أخرى.".to_owned(),
        Lack::CardCode => "أدخل رمز الأمان: 3 أو 4 أرقام.".to_owned(),
        Lack::CardName => "أدخل الاسم كما هو مطبوع على البطاقة.".to_owned(),
    }
}
