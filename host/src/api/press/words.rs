//! What is wrong with a form, as the host says it to the person at the form.

use xl_model::block::NotTaken;
use xl_model::fault::Code;
use xl_model::fault::code;
use xl_model::position::PositionError;

use crate::api::language::Language;

/// What is wrong with a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wrong {
    /// A picture for a field that takes none.
    TakesNone,
    /// More pictures than so many.
    TooMany(usize),
    /// A picture of an earlier try that is no longer there.
    Gone,
    /// A picture that is not taken, by the code of the fault.
    Picture(Code),
    /// A value that the field does not take.
    Value(NotTaken),
}

impl Wrong {
    /// Says it with what to do.
    pub(super) fn said(&self, language: Language) -> String {
        let (zh, en) = self.both();
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    fn both(self) -> (String, String) {
        let (zh, en) = match self {
            Self::TakesNone => ("此处不能附图片。", "No picture can be attached here."),
            Self::TooMany(most) => {
                return (
                    format!("最多附 {most} 张图片，请去掉多余的。"),
                    format!("At most {most}: take the others away."),
                );
            }
            Self::Gone => ("之前附的图片已不在，请重新附上。", "The picture is no longer there: attach it again."),
            Self::Picture(code::NOT_JPEG) => (
                "不是 JPEG 图片，请直接拍照，或另存为 JPEG 后再附。",
                "This is no JPEG: take a photo, or save it as JPEG.",
            ),
            Self::Picture(code::PICTURE_TOO_LARGE) => (
                "图片过大：每张最多 8 MiB，且像素不能过多，请调低拍摄分辨率。",
                "The picture is too large: at most 8 MiB and not too many pixels. Take it with a lower resolution.",
            ),
            Self::Picture(_) => ("图片已损坏，请重新拍摄。", "The picture is broken: take it again."),
            Self::Value(NotTaken::Position(PositionError::Form)) => (
                "请填写纬度和经度，中间用逗号，最多 6 位小数，如 35.581234,118.832345。",
                "Latitude and longitude in degrees with a comma between, at most 6 decimals: 35.581234,118.832345.",
            ),
            Self::Value(NotTaken::Position(PositionError::Range)) => (
                "没有这个位置：先写纬度（-90 至 90），再写经度（-180 至 180）。",
                "There is no such place: first the latitude (-90 to 90), then the longitude (-180 to 180).",
            ),
            Self::Value(NotTaken::Check) => ("只能勾选或不勾选。", "It is ticked (`yes`) or left out."),
            Self::Value(NotTaken::Choice) => ("请从所列选项中选择。", "Choose among what is offered."),
        };
        (zh.to_owned(), en.to_owned())
    }
}
