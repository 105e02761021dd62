//! What the closed lists are called: the value in forms and records, the word of the code, both languages.

use xl_plugin::Locale;
use xl_plugin::page::Choice;

use super::Phrase;
use crate::clearance;
use crate::clue::Risk;
use crate::clue::Source;
use crate::consent::By;
use crate::consent::How;
use crate::consent::Purpose;
use crate::count::Kpi;
use crate::file::IncomeKind;
use crate::file::MeasureKind;
use crate::file::Why;
use crate::grievance::Want;
use crate::household::Kind;
use crate::household::Member;
use crate::household::Standing;
use crate::notice::DownWhy;
use crate::procedure::State;
use crate::project::Scope;
use crate::project::Stage;
use crate::rule::Fate;

/// A closed list.
pub type Names<T> = [(&'static str, T, Phrase)];

/// The name of one of a list.
pub fn of<T: Copy + PartialEq>(names: &Names<T>, value: T, locale: Locale) -> &'static str {
    names.iter().find(|(_, one, _)| *one == value).map_or("–", |(_, _, phrase)| phrase.say(locale))
}

/// A list as a field's options.
pub fn options<T>(names: &Names<T>, locale: Locale) -> Vec<Choice> {
    names.iter().map(|(value, _, phrase)| Choice::new(*value, phrase.say(locale))).collect()
}

/// A list as a form reads it.
pub fn choices<T: Copy>(names: &Names<T>) -> Vec<(&'static str, T)> {
    names.iter().map(|(value, one, _)| (*value, *one)).collect()
}

macro_rules! names {
    ($($(#[$doc:meta])* $list:ident: $type:ty { $($value:literal $one:expr, $zh:literal, $en:literal;)* })*) => {
        $($(#[$doc])* pub const $list: &Names<$type> = &[$(($value, $one, Phrase { zh: $zh, en: $en })),*];)*
    };
}

names! {
    /// Types of households.
    KINDS: Kind {
        "unstable" Kind::Unstable, "脱贫不稳定户", "Unstable after poverty";
        "marginal" Kind::Marginal, "边缘易致贫户", "At the margin";
        "sudden" Kind::Sudden, "突发严重困难户", "Sudden severe hardship";
    }
    /// Categories of members.
    MEMBERS: Member {
        "able" Member::Able, "有劳动能力", "Able to work";
        "limited" Member::Limited, "弱或无劳动能力", "Little or unable to work";
        "minor" Member::Minor, "未成年", "Under age";
        "elderly" Member::Elderly, "60 岁及以上", "60 and older";
    }
    /// Where households stand.
    STANDINGS: Standing {
        "registered" Standing::Registered, "已登记", "Registered";
        "monitored" Standing::Monitored, "监测中", "Monitored";
        "measures" Standing::Measures, "帮扶中", "Measures run";
        "clearing" Standing::Clearing, "拟消除风险", "Clearing proposed";
        "cleared" Standing::Cleared, "风险已消除", "Risk cleared";
    }
    /// Where clues stand.
    STATES: State {
        "clue" State::Clue, "已预警", "Warned";
        "visiting" State::Visiting, "已入户核查", "Verified";
        "authorised" State::Authorised, "已承诺授权", "Authorised";
        "compared" State::Compared, "已比对", "Compared";
        "reviewed" State::Reviewed, "已评议", "Reviewed";
        "noticed" State::Noticed, "公示", "Noticed";
        "town_ok" State::TownOk, "乡镇已审核", "Township approved";
        "county_ok" State::CountyOk, "县级已审定", "County decided";
        "monitored" State::Monitored, "已纳入监测", "Monitored";
        "rejected" State::Rejected, "未纳入", "Rejected";
    }
    /// Where clues come from.
    SOURCES: Source {
        "self-report" Source::SelfReport, "农户自主申报", "The household itself";
        "visit" Source::Visit, "干部走访", "A cadre's visit";
        "department" Source::Department, "部门预警", "A department's warning";
        "supervision" Source::Supervision, "监督反馈", "Supervision";
        "analysis" Source::Analysis, "规则预警", "A written rule";
    }
    /// Kinds of risk.
    RISKS: Risk {
        "income" Risk::Income, "收入下降", "Income fell";
        "expense" Risk::Expense, "大额刚性支出", "Large expense";
        "work" Risk::Work, "失业失收", "Work lost";
        "schooling" Risk::Schooling, "义务教育", "Schooling";
        "housing" Risk::Housing, "住房安全", "Housing";
        "water" Risk::Water, "饮水安全", "Drinking water";
        "disaster" Risk::Disaster, "灾害或意外", "Disaster or accident";
        "other" Risk::Other, "其他", "Other";
    }
    /// Purposes of consent.
    PURPOSES: Purpose {
        "comparison" Purpose::Comparison, "部门信息比对", "comparison with departments";
        "publication" Purpose::Publication, "村内公示", "village notice";
        "help" Purpose::Help, "帮扶与走访", "help and visits";
    }
    /// How consent is given.
    HOWS: How {
        "signed" How::Signed, "书面签字", "On signed paper";
        "witnessed" How::Witnessed, "口头，有见证人", "Orally before a witness";
    }
    /// Who gives consent.
    BYS: By {
        "head" By::Head, "户主", "The head";
        "guardian" By::Guardian, "监护人", "A guardian";
    }
    /// Kinds of measures.
    MEASURES: MeasureKind {
        "trade" MeasureKind::Trade, "产业", "Trade";
        "work" MeasureKind::Work, "就业", "Work";
        "schooling" MeasureKind::Schooling, "教育", "Schooling";
        "medical" MeasureKind::Medical, "医疗保障", "Medical insurance";
        "housing" MeasureKind::Housing, "住房饮水", "Housing and water";
        "assistance" MeasureKind::Assistance, "兜底保障", "Social assistance";
        "project" MeasureKind::Project, "项目带动", "Share of a project";
        "other" MeasureKind::Other, "其他", "Other";
    }
    /// Kinds of income.
    INCOMES: IncomeKind {
        "wages" IncomeKind::Wages, "工资性收入", "Wages";
        "business" IncomeKind::Business, "经营性收入", "Business";
        "property" IncomeKind::Property, "财产性收入", "Property";
        "transfer" IncomeKind::Transfer, "转移性收入", "Transfers";
        "expense" IncomeKind::Expense, "大额刚性支出", "Large expense";
    }
    /// What files are looked at for.
    WHYS: Why {
        "visit" Why::Visit, "入户走访", "A visit";
        "step" Why::Step, "办理程序", "A step of the procedure";
        "help" Why::Help, "帮扶与发放", "Help and payments";
        "grievance" Why::Grievance, "诉求或本人请求", "A grievance or request";
        "supervision" Why::Supervision, "监督检查", "Supervision";
    }
    /// What grievances want.
    WANTS: Want {
        "objection" Want::Objection, "公示异议", "Objection to a notice";
        "appeal" Want::Appeal, "申诉（未纳入）", "Appeal against a rejection";
        "complaint" Want::Complaint, "投诉", "Complaint";
        "access" Want::Access, "查阅、复制本人信息", "To see or copy one's data";
        "correction" Want::Correction, "更正本人信息", "To correct one's data";
        "deletion" Want::Deletion, "删除本人信息", "To delete one's data";
    }
    /// Whose projects are.
    SCOPES: Scope {
        "collective" Scope::Collective, "集体资产", "Collective asset";
        "household" Scope::Household, "到户项目", "One household's own";
    }
    /// How far projects are.
    STAGES: Stage {
        "planned" Stage::Planned, "计划", "Planned";
        "building" Stage::Building, "在建", "Building";
        "running" Stage::Running, "运行", "Running";
        "closed" Stage::Closed, "关闭", "Closed";
    }
    /// What becomes of warnings.
    FATES: Fate {
        "open" Fate::Open, "待决定", "Open";
        "opened" Fate::Opened, "已立线索", "Clue opened";
        "dismissed" Fate::Dismissed, "不立线索", "Dismissed";
    }
    /// Why notices come down.
    DOWN_WHYS: DownWhy {
        "ended" DownWhy::Ended, "满期", "It stood its days";
        "taken" DownWhy::Taken, "人工撤下", "Taken down";
        "withdrawn" DownWhy::Withdrawn, "农户撤回同意", "Consent was withdrawn";
        "rejected" DownWhy::Rejected, "线索未纳入", "The clue was rejected";
    }
    /// Criteria of clearance.
    CRITERIA: &'static str {
        "income" clearance::CRITERIA[0], "收入稳定超过监测线", "Income stably above the line";
        "secure" clearance::CRITERIA[1], "“三保障”和饮水安全稳固", "Schooling, medical care, housing and water secure";
        "gone" clearance::CRITERIA[2], "原风险已解除", "The risk is gone";
        "none-new" clearance::CRITERIA[3], "没有新的风险", "No new risk";
    }
    /// Roles of the hub.
    ROLES: &'static str {
        "county-admin" "county-admin", "县级管理员", "county admin";
        "township-admin" "township-admin", "乡镇管理员", "township admin";
        "operator" "operator", "值班员", "operator";
        "handler" "handler", "处置人员", "handler";
        "grid-member" "grid-member", "网格员", "grid member";
    }
    /// Key figures.
    KPIS: Kpi {
        "on-time-rate" Kpi::OnTime, "按期认定率", "Decided on time";
        "visit-rate" Kpi::Visits, "按期走访率", "Visits on time";
        "help-rate" Kpi::Help, "帮扶覆盖率", "Households helped";
        "clearance-rate" Kpi::Clearance, "风险消除率", "Risks cleared";
        "notice-compliance" Kpi::Notices, "公示合规率", "Notices that complied";
        "project-output" Kpi::Output, "项目产出（元）", "Output of projects (yuan)";
        "project-benefit" Kpi::Benefit, "收益分红（元）", "Benefits paid (yuan)";
        "inspection-rate" Kpi::Inspections, "资产按期巡查率", "Assets inspected on time";
        "looks-per-household" Kpi::Looks, "户均档案查看次数", "Looks per household";
        "idle-look-rate" Kpi::IdleLooks, "无后续查看率", "Looks without a following action";
    }
}

/// What of the file a notice left out or shows, by the name in its proof.
pub fn part(name: &str, locale: Locale) -> &'static str {
    const PARTS: &Names<&str> = &[
        ("", "place", Phrase { zh: "村", en: "village" }),
        ("", "head", Phrase { zh: "户主姓名", en: "name of the head" }),
        ("", "size", Phrase { zh: "家庭人数", en: "number of people" }),
        ("", "kind", Phrase { zh: "监测类型", en: "type" }),
        ("", "contact", Phrase { zh: "联系电话", en: "telephone" }),
        ("", "bank", Phrase { zh: "银行账号", en: "bank account" }),
        ("", "members", Phrase { zh: "成员类别", en: "categories of members" }),
        ("", "income", Phrase { zh: "收入", en: "income" }),
        ("", "expense", Phrase { zh: "支出", en: "expenses" }),
        ("", "risk", Phrase { zh: "风险原因", en: "kind of risk" }),
        ("", "source", Phrase { zh: "线索来源", en: "source of the clue" }),
        ("", "step-notes", Phrase { zh: "核查、比对、评议记录", en: "notes of the steps" }),
        ("", "visits", Phrase { zh: "走访记录", en: "visits" }),
        ("", "measures", Phrase { zh: "帮扶措施", en: "measures" }),
        ("", "consents", Phrase { zh: "同意记录", en: "consents" }),
        ("", "helper", Phrase { zh: "帮扶责任人", en: "helper" }),
        ("", "posted_by", Phrase { zh: "公示单位", en: "who posts it" }),
        ("", "objections_to", Phrase { zh: "异议受理", en: "where objections go" }),
    ];
    PARTS.iter().find(|(_, part, _)| *part == name).map_or("–", |(_, _, phrase)| phrase.say(locale))
}

/// Roles in words.
pub fn roles<R: AsRef<str>>(roles: &[R], locale: Locale) -> String {
    let name = |role: &R| {
        let known = ROLES.iter().find(|(value, _, _)| *value == role.as_ref());
        known.map_or(role.as_ref().to_owned(), |(_, _, phrase)| phrase.say(locale).to_owned())
    };
    roles.iter().map(name).collect::<Vec<_>>().join(super::Phrase { zh: "、", en: ", " }.say(locale))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice;

    #[test]
    fn every_value_of_a_form_is_what_records_hold() {
        fn check<T: Copy + serde::Serialize>(names: &Names<T>) {
            for (value, one, _) in names {
                assert_eq!(serde_json::to_value(one).unwrap(), *value);
            }
        }
        check(KINDS);
        check(MEMBERS);
        check(STANDINGS);
        check(STATES);
        check(SOURCES);
        check(RISKS);
        check(PURPOSES);
        check(MEASURES);
        check(INCOMES);
        check(WHYS);
        check(WANTS);
        check(STAGES);
        check(FATES);
        check(DOWN_WHYS);
        assert_eq!(KPIS.len(), Kpi::ALL.len());
        assert!(KPIS.iter().all(|(id, kpi, _)| *id == kpi.id()));
    }

    #[test]
    fn every_part_that_a_proof_names_has_a_name() {
        for name in notice::LEFT_OUT.iter().chain(&["place", "head", "size", "kind", "posted_by", "objections_to"]) {
            assert_ne!(part(name, Locale::Zh), "–", "{name}");
        }
    }
}
