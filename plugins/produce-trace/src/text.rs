//! Every text of the plugin by its key, in Chinese and English.

pub use xl_plugin::Phrase;

use crate::batch::State;

pub mod calls;
pub mod epcis;
pub mod measure;
pub mod trade;

xl_plugin::phrases! {
    // What is wrong with a field.
    /// Nothing is filled in.
    REQUIRED = "请填写此项。", "Please fill this in.";
    /// Too many characters.
    TOO_LONG = "最多 {most} 个字符。", "At most {most} characters.";
    /// Control characters.
    ONE_LINE = "只能填写一行文字，不能含控制字符。", "One line of text only, without control characters.";
    /// Control characters beside line breaks.
    NO_CONTROL = "不能含控制字符。", "No control characters.";
    /// Too many pictures.
    TOO_MANY_PICTURES = "最多 {most} 张图片。", "At most {most} pictures.";
    /// Not a day.
    NO_DAY = "不是有效日期，格式如 2026-11-23。", "This is not a day of the calendar, such as 2026-11-23.";
    /// A day to come.
    FUTURE = "日期不能晚于今天（{today}）。", "This day must not be later than today ({today}).";
    /// A day too early.
    BEFORE_PLANTING = "日期不能早于定植日期（{planted}）。", "This day must not be before planting ({planted}).";
    /// Not an amount.
    NO_AMOUNT = "请填写大于 0 的数，最多三位小数。", "A number above 0, with at most three decimals.";
    /// Not a number of days.
    NO_DAYS = "请填写 0 到 {most} 的整天数。", "Whole days, from 0 to {most}.";
    /// Not one of the choices.
    NO_CHOICE = "请从列表中选择。", "Please choose one from the list.";
    /// The camera is not granted.
    NO_CAMERA = "本模块没有获准使用这台摄像机。", "This camera is not among those granted to the module.";
    /// The camera has a greenhouse.
    CAMERA_TAKEN = "这台摄像机已登记给“{site}”。", "This camera already belongs to “{site}”.";
    /// The greenhouse does not exist.
    NO_SITE = "没有这个大棚。", "There is no such greenhouse.";
    /// The greenhouse is in use.
    SITE_TAKEN = "这个大棚里还有批次在生长，采收后才能开始新的批次。", "A batch is still growing in this greenhouse; a new one starts after its harvest.";
    /// The interval is not over.
    INTERVAL = "安全间隔期未满：“{name}”于 {used} 使用，须间隔 {days} 天，最早可在 {from} 采收。", "The pre-harvest interval is not over: “{name}” was used on {used} and needs {days} days; the first day for a harvest is {from}.";
    /// The action does not fit the state.
    WRONG_STATE = "批次当前状态为“{state}”，不能进行此操作。", "The batch is “{state}”: this cannot be done now.";
    /// A full timeline.
    TOO_MANY = "一个批次最多 {most} 条人工记录。", "A batch holds at most {most} records made by people.";
    /// What stands above field errors.
    NOT_SAVED = "没有保存，请检查标出的内容。", "Nothing was saved. Please look at what is marked.";

    // Names of things.
    /// Greenhouses.
    SITES = "大棚", "Greenhouses";
    /// One greenhouse.
    SITE = "大棚", "Greenhouse";
    /// Batches that grow.
    GROWING_BATCHES = "在地批次", "Growing batches";
    /// Batches.
    BATCHES = "批次", "Batches";
    /// The state planned.
    PLANNED = "计划中", "planned";
    /// The state growing.
    GROWING = "生长中", "growing";
    /// The state harvested.
    HARVESTED = "已采收", "harvested";
    /// State as a column.
    STATE = "状态", "State";
    /// Producer.
    PRODUCER = "生产主体", "Producer";
    /// Camera.
    CAMERA = "摄像机", "Camera";
    /// Name.
    NAME = "名称", "Name";
    /// Product.
    PRODUCT = "产品", "Product";
    /// Variety.
    VARIETY = "品种", "Variety";
    /// Quantity planted.
    QUANTITY = "定植数量", "Quantity planted";
    /// Unit.
    UNIT = "单位", "Unit";
    /// Plants.
    PLANTS = "株", "plants";
    /// Mu.
    MU = "亩", "mu";
    /// Day of planting.
    PLANTED_ON = "定植日期", "Planted on";
    /// Day of harvest.
    HARVESTED_ON = "采收日期", "Harvested on";
    /// Quantity harvested.
    QUANTITY_KG = "采收量（公斤）", "Quantity (kg)";
    /// Origin.
    ORIGIN = "产地", "Origin";
    /// A division code in place of a name.
    DIVISION = "行政区划代码 {code}", "division code {code}";
    /// Batch number.
    BATCH_NUMBER = "批次号", "Batch number";
    /// Latest.
    LATEST = "最近图片", "Newest picture";
    /// Pictures that attached.
    PICTURES_ATTACHED = "关联图片", "Pictures attached";
    /// Not yet.
    NOT_YET = "—", "—";

    // The input's fields.
    /// Name of the input.
    INPUT_NAME = "投入品名称", "Input";
    /// Registration number.
    REGISTRATION = "登记证号", "Registration number";
    /// Where it was bought.
    SOURCE = "来源", "Source";
    /// What for.
    PURPOSE = "用途（防治对象等）", "Purpose (such as the pest)";
    /// How much.
    DOSE = "用量", "Dose";
    /// The interval.
    INTERVAL_DAYS = "安全间隔期（天）", "Pre-harvest interval (days)";
    /// The day of use.
    USED_ON = "使用日期", "Used on";
    /// How to fill in the interval.
    INTERVAL_HINT = "见产品标签；没有间隔期填 0。", "See the label; 0 where there is none.";

    // Titles, buttons, links.
    /// The home page.
    HOME = "大棚与批次", "Greenhouses and batches";
    /// The form for a greenhouse.
    REGISTER = "登记大棚", "Register a greenhouse";
    /// Its button.
    REGISTER_SUBMIT = "登记", "Register";
    /// The form for a batch.
    NEW_BATCH = "新建批次", "New batch";
    /// Its button.
    CREATE_SUBMIT = "建立批次", "Create the batch";
    /// How to fill in the day of planting.
    PLANTED_HINT = "留空表示尚未定植，只作计划。", "Leave it empty for a batch that is only planned.";
    /// The form for planting.
    PLANT = "记录定植", "Record the planting";
    /// The form for an input.
    USE_INPUT = "记录投入品使用", "Record the use of an input";
    /// The form for the harvest.
    HARVEST = "记录采收", "Record the harvest";
    /// Saves a form.
    SAVE = "保存", "Save";
    /// The public link.
    PUBLIC_PAGE = "购买者溯源页", "Page for buyers";
    /// What it is for.
    PUBLIC_PAGE_WHY = "开通后，扫描二维码的任何人都能看到本批次的溯源页；可随时撤销。", "Once open, everybody with the QR code sees this batch's page. It can be closed at any time.";
    /// Opens the public link.
    ISSUE = "开通并生成二维码", "Open it and make the QR code";
    /// Closes the public link.
    REVOKE = "撤销公开链接", "Close the public link";
    /// Under the QR code.
    QR_CAPTION = "扫码查看溯源信息", "Scan to see where it comes from";
    /// What the buyer sees.
    PREVIEW = "预览溯源页", "See the page for buyers";
    /// Further greenhouses.
    MORE = "更多大棚", "More greenhouses";

    // Empty lists.
    /// No greenhouse.
    NO_SITES = "还没有大棚。先登记一个，并选择它的摄像机。", "No greenhouse yet. Register one and choose its camera.";
    /// No batch.
    NO_BATCHES = "还没有批次。", "No batch yet.";
    /// No camera to choose.
    NO_CAMERAS = "本模块还没有获准使用任何摄像机，请管理员授权。", "The module was granted no camera yet; an administrator can do that.";
    /// No input.
    NO_INPUTS = "未记录投入品使用。", "No use of an input is recorded.";

    // The timeline.
    /// Timeline.
    TIMELINE = "时间线", "Timeline";
    /// Planting.
    DID_PLANT = "定植 {quantity} {unit}", "Planted {quantity} {unit}";
    /// Use of an input.
    DID_USE = "使用 {name}", "Used {name}";
    /// More about it.
    DID_USE_TEXT = "登记证号 {registration}；用途 {purpose}；用量 {dose}；安全间隔期 {days} 天，{from} 起可采收。", "Registration {registration}; for {purpose}; dose {dose}; interval {days} days, harvest from {from}.";
    /// Where it came from; not for the public.
    DID_USE_SOURCE = "来源：{source}。", "Source: {source}.";
    /// Harvest.
    DID_HARVEST = "采收 {quantity} 公斤", "Harvested {quantity} kg";
    /// A picture.
    DID_CAPTURE = "摄像机图片", "Picture of the camera";
    /// The first picture.
    DID_CAPTURE_FIRST = "第一张摄像机图片", "First picture of the camera";
    /// The last picture.
    DID_CAPTURE_LAST = "采收前最后一张摄像机图片", "Last picture before the harvest";
    /// Recorded on a later day.
    NOTED_LATE = "{day} 补记。", "Recorded later, on {day}.";
    /// Caption of a picture.
    CAPTION = "{time} {site}", "{site}, {time}";

    // The interval on pages.
    /// It is kept.
    INTERVAL_KEPT = "采收时所有投入品的安全间隔期均已满。", "At harvest every pre-harvest interval was over.";
    /// It runs.
    INTERVAL_RUNS = "安全间隔期内，最早可在 {from} 采收。", "Inside a pre-harvest interval: harvest from {from}.";
    /// It is over.
    INTERVAL_OVER = "目前没有未满的安全间隔期。", "No pre-harvest interval is running.";
    /// Kept, for one input.
    ROW_KEPT = "已满（{days} 天）", "kept ({days} days)";
    /// Not kept yet, for one input.
    ROW_RUNS = "{from} 起", "from {from}";
    /// Column.
    KEPT = "间隔期", "Interval";

    // The page for buyers.
    /// Its title.
    TRACE = "{product} 溯源", "Where this comes from: {product}";
    /// Inputs.
    INPUTS = "投入品", "Inputs";
    /// Readings.
    READINGS = "环境数据", "Readings";
    /// Hourly mean.
    HOURLY = "{measure}（每小时平均）", "{measure} (hourly mean)";
    /// When.
    AS_OF = "{value}（{time}）", "{value} ({time})";
    /// Pictures.
    PICTURES = "图片", "Pictures";
    /// Time.
    TIME = "时间", "Time";
    /// Hash.
    HASH = "SHA-256 校验值", "SHA-256";
    /// What a picture proves.
    PROOF = "图片由大棚摄像机自动拍摄，只证明该摄像机在该时刻拍到的画面；SHA-256 可用来核对图片未被改动。图片不能证明用药等人工记录属实，人工记录由生产主体负责。", "Pictures are taken by the greenhouse's camera without anybody's help. They prove what that camera showed at that time; the SHA-256 lets anyone check that a picture was not changed. They do not prove that a record made by a person, such as a pesticide's dose, is true: the producer answers for those.";
}

/// The name of a batch's state.
pub fn state(state: State) -> Phrase {
    match state {
        State::Planned => PLANNED,
        State::Growing => GROWING,
        State::Harvested => HARVESTED,
        State::Tested => trade::TESTED,
        State::Certified => trade::CERTIFIED,
        State::Packed => trade::PACKED,
        State::Shipped => trade::SHIPPED,
        State::Received => trade::RECEIVED,
        State::Sold => trade::SOLD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_with_the_same_words() {
        for phrase in [ALL, calls::ALL, epcis::ALL, measure::ALL, trade::ALL].into_iter().flatten() {
            assert!(phrase.is_whole(), "{phrase:?}");
        }
    }
}
