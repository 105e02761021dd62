//! How a case is opened and moved.

use crate::case::Case;
use crate::case::MOST_PICTURES;
use crate::case::Moved;
use crate::case::actor::Actor;
use crate::case::actor::Power;
use crate::case::draft::Draft;
use crate::case::draft::Source;
use crate::case::error::CaseError;
use crate::case::error::code;
use crate::case::matter::Matter;
use crate::case::matter::NoMatter;
use crate::case::past::Past;
use crate::case::rules::Rules;
use crate::case::stage::Stage;
use crate::case::step::Step;
use crate::case::step::StepName;
use crate::case::table;
use crate::case::table::Row;
use crate::case::timer::TimerName;
use crate::case::unit::Units;
use crate::clock::TimestampMs;
use crate::id::CaseId;
use crate::id::Digest;
use crate::id::PluginId;
use crate::people::member::ActsFor;

impl Case {
    /// Opens a case under the number `id`; `plugin` is the module it will belong to.
    ///
    /// # Errors
    /// The matter is in no set, or who asks may not report.
    pub fn open(
        draft: Draft,
        id: CaseId,
        plugin: Option<PluginId>,
        actor: &Actor,
        now_ms: TimestampMs,
        rules: &Rules,
    ) -> Result<Moved, CaseError> {
        let may = match actor {
            Actor::Person { powers, .. } => powers.has(Power::Report),
            Actor::Module(_) | Actor::Link(_) => true,
            Actor::Clock => false,
        };
        if !may {
            return Err(not_his(StepName::Open, &[Power::Report]));
        }
        let mut case = Self {
            id,
            township: draft.township,
            plugin,
            key: draft.key,
            matter: in_force(draft.matter, rules)?,
            title: draft.title,
            description: draft.description,
            // What somebody may write himself says nothing about where a report came from.
            source: if matches!(actor, Actor::Link(_)) { Source::Link } else { draft.source },
            place: draft.place,
            address: draft.address,
            position: draft.position,
            grid: draft.grid,
            camera: draft.camera,
            before: draft.pictures,
            after: Vec::new(),
            data: draft.data,
            stage: Stage::Reported,
            unit: None,
            escalated_to: None,
            handler: None,
            feedback_by: Vec::new(),
            asked: None,
            opened_ms: now_ms,
            updated_ms: now_ms,
            filed_ms: None,
            closed_ms: None,
            timers: Vec::new(),
            reworks: 0,
            extensions: 0,
            revision: 0,
        };
        case.start(TimerName::Filing, now_ms, rules);
        let mut past = begin(&case, &Step::new(StepName::Open), actor, now_ms);
        past.pictures = case.before.clone();
        Ok(case.finish(past))
    }

    /// The case after a step, and the step; the case itself stays as it is.
    ///
    /// # Errors
    /// What is wrong with a field, or why the step is refused.
    pub fn take(&self, step: &Step, actor: &Actor, now_ms: TimestampMs, rules: &Rules) -> Result<Moved, CaseError> {
        let row = table::row_of(step.name, self.stage).ok_or_else(|| self.not_here(step.name))?;
        self.may(row, actor, rules)?;
        fields(step, row, rules)?;
        let mut case = self.clone();
        let mut past = begin(self, step, actor, now_ms);
        case.stage = row.to.unwrap_or(self.stage);
        case.apply(step, actor, &mut past, now_ms, rules)?;
        case.gather(step)?;
        Ok(case.finish(past))
    }

    /// The steps that an actor may make from here, apart from what their fields need.
    pub fn steps(&self, actor: &Actor, rules: &Rules) -> Vec<StepName> {
        let may =
            |name: &StepName| table::row_of(*name, self.stage).is_some_and(|row| self.may(row, actor, rules).is_ok());
        StepName::ALL.into_iter().filter(may).collect()
    }

    /// Whether somebody who acts for these units acts for the one that has the case; for one that no unit has yet, everybody.
    pub fn is_with(&self, acts_for: &ActsFor, units: &Units) -> bool {
        match (acts_for, &self.unit) {
            (ActsFor::All, _) | (_, None) => true,
            (ActsFor::Units(own), Some(unit)) => units.is_of(unit, own),
        }
    }

    /// Whether an actor may make the step of a row here.
    fn may(&self, row: &Row, actor: &Actor, rules: &Rules) -> Result<(), CaseError> {
        if !row.lets(actor) {
            return Err(not_his(row.step, row.powers));
        }
        if let Actor::Person { acts_for, .. } = actor
            && row.is_by_handling(actor)
            && !self.is_with(acts_for, &rules.units)
        {
            return Err(self.not_his_unit(rules));
        }
        let own = actor.account().is_some_and(|account| self.feedback_by.contains(account));
        if row.judges && own {
            let en = "who gave a feedback to this case does not check, close or evaluate it: let somebody else do it";
            return Err(CaseError::refused(
                code::OWN_WORK,
                en,
                "本案的处置反馈人不得核查、结案或评价本案，请由他人办理",
            ));
        }
        Ok(())
    }

    /// Before the feedback pictures show the state before, with it and after it the state after.
    fn gather(&mut self, step: &Step) -> Result<(), CaseError> {
        let is_after = step.name == StepName::Feedback || !self.feedback_by.is_empty();
        let pictures = if is_after { &mut self.after } else { &mut self.before };
        let mut new: Vec<Digest> = Vec::new();
        for picture in &step.pictures {
            if !pictures.contains(picture) && !new.contains(picture) {
                new.push(picture.clone());
            }
        }
        if pictures.len() + new.len() > MOST_PICTURES {
            let en = format!("a case gathers at most {MOST_PICTURES} pictures of each side");
            return Err(CaseError::field("pictures", en, format!("每侧最多 {MOST_PICTURES} 张图片")));
        }
        pictures.extend(new);
        Ok(())
    }

    fn finish(mut self, mut past: Past) -> Moved {
        self.revision = self.revision.saturating_add(1);
        past.number = self.revision;
        self.updated_ms = past.at_ms;
        past.to = self.stage;
        past.due_after_ms = self.due_ms();
        Moved { case: self, past }
    }

    fn not_his_unit(&self, rules: &Rules) -> CaseError {
        let unit = self.unit.as_ref().map_or("", |unit| unit.as_str());
        let name = self.unit.as_ref().and_then(|unit| rules.units.get(unit));
        let (en, zh) = name.map_or((unit, unit), |name| (name.en.as_str(), name.zh.as_str()));
        CaseError::refused(
            code::OTHER_UNIT,
            format!("the case is with `{unit}` ({en}): its people make this step; the desk can dispatch it anew"),
            format!("本案由{zh}（{unit}）承办，须由该单位人员办理；需要改派的，请受理员重新派遣"),
        )
    }

    fn not_here(&self, step: StepName) -> CaseError {
        let (en, zh) = step.names();
        let from: Vec<Stage> = table::stages_of(step).collect();
        let list =
            |name: fn(Stage) -> &'static str, and| from.iter().map(|stage| name(*stage)).collect::<Vec<_>>().join(and);
        CaseError::refused(
            code::NOT_HERE,
            format!("`{en}` is made at {}; the case stands at {}", list(Stage::en, ", "), self.stage.en()),
            format!("“{zh}”须在{}阶段进行；案卷现为{}", list(Stage::zh, "、"), self.stage.zh()),
        )
    }
}

/// The matter that a case is filed under, where a dictionary is there to look into.
fn in_force(matter: Matter, rules: &Rules) -> Result<Matter, CaseError> {
    if rules.matters.rows().is_empty() {
        return Ok(matter);
    }
    match rules.matters.filed_as(&matter) {
        Ok(filed) => Ok(filed),
        Err(NoMatter::Unknown) => Err(CaseError::field(
            "matter",
            format!(
                "`{}` version `{}` has no code `{}`: take one of the dictionary",
                matter.set, matter.version, matter.code
            ),
            format!("代码集 {} 版本 {} 中没有代码 {}：请从事项字典中选择", matter.set, matter.version, matter.code),
        )),
        Err(NoMatter::OneOf(several)) => {
            let list = |and: &str| several.iter().map(ToString::to_string).collect::<Vec<_>>().join(and);
            Err(CaseError::field(
                "matter",
                format!("`{matter}` can be one of {}: say which", list(", ")),
                format!("{matter} 对应多个事项：{}，请选择其中一个", list("、")),
            ))
        }
    }
}

fn begin(case: &Case, step: &Step, actor: &Actor, now_ms: TimestampMs) -> Past {
    Past {
        number: 0,
        at_ms: now_ms,
        actor: actor.to_string(),
        name: step.name,
        from: case.stage,
        to: case.stage,
        note: step.note.clone(),
        unit: step.unit.clone(),
        handler: step.handler.clone(),
        limit: step.limit,
        timer: None,
        phase: None,
        due_before_ms: if case.revision == 0 { None } else { case.due_ms() },
        due_after_ms: None,
        pictures: step.pictures.clone(),
    }
}

/// Whether the step has the fields that it needs, and none that would be dropped.
fn fields(step: &Step, row: &Row, rules: &Rules) -> Result<(), CaseError> {
    use StepName as S;
    if row.reason && step.note.is_none() {
        return Err(CaseError::field("note", "needed: the reason in words", "必填：请说明理由"));
    }
    if step.name == S::Comment && step.note.is_none() && step.pictures.is_empty() {
        return Err(CaseError::field("note", "needed: words or a picture", "必填：请填写文字或附图片"));
    }
    let takes_unit = matches!(step.name, S::Dispatch | S::Escalate);
    let takes_limit = matches!(step.name, S::Dispatch | S::RequestExtension | S::ApproveExtension);
    let needs = [
        ("unit", step.unit.is_some(), takes_unit, step.name == S::Dispatch),
        ("handler", step.handler.is_some(), step.name == S::Assign, step.name == S::Assign),
        ("limit", step.limit.is_some(), takes_limit, step.name == S::RequestExtension),
    ];
    for (field, given, taken, needed) in needs {
        if needed && !given {
            return Err(CaseError::field(field, "needed by this step", "此步骤必填"));
        }
        if given && !taken {
            return Err(CaseError::field(field, "this step takes none: leave it out", "此步骤不使用该字段，请留空"));
        }
    }
    match &step.unit {
        Some(unit) if rules.units.iter().next().is_some() && rules.units.get(unit).is_none() => {
            let en = format!("the township has no unit `{unit}`: take one of its table of units");
            Err(CaseError::field("unit", en, format!("本乡镇没有责任单位 {unit}：请从责任单位表中选择")))
        }
        _ => Ok(()),
    }
}

fn not_his(step: StepName, powers: &[Power]) -> CaseError {
    let (step_en, step_zh) = step.names();
    let en: Vec<&str> = powers.iter().map(|power| power.names().0).collect();
    let zh: Vec<&str> = powers.iter().map(|power| power.names().1).collect();
    if powers.is_empty() {
        return CaseError::refused(
            code::NOT_HIS,
            format!("`{step_en}` is made by the hub alone"),
            format!("“{step_zh}”仅由系统进行"),
        );
    }
    CaseError::refused(
        code::NOT_HIS,
        format!("`{step_en}` is made by a person who may {}", en.join(" or ")),
        format!("“{step_zh}”须由具有以下权限之一的人员进行：{}", zh.join("、")),
    )
}
