//! Titles, links, lists, explanations.

xl_plugin::phrases! {
    // Pages.
    /// The work list.
    WORK = "待办案卷", "Work list";
    /// Near me.
    NEAR = "我的网格", "My grid cells";
    /// Mine.
    MINE = "我经办的", "Mine";
    /// All open ones.
    OPEN = "全部在办", "All open";
    /// By stage.
    BY_STAGE = "按阶段查看", "By stage";
    /// No case.
    NO_CASES = "没有符合条件的案卷。", "No such case.";
    /// No cell is mine.
    NO_CELL_OF_MINE = "还没有由您负责的网格。请镇街管理员在“网格”中登记您的账号。", "No grid cell is yours yet. The township's administrator enters your account under “Grid cells”.";
    /// The patrol form.
    PATROL = "巡查上报", "Report from a patrol";
    /// The hotline form.
    HOTLINE = "热线转办", "Transfer from the hotline";
    /// Submit.
    REPORT = "上报", "Report";
    /// Save.
    SAVE = "保存", "Save";
    /// The case file.
    CASE = "案卷 {number}", "Case {number}";
    /// What to do.
    TO_DO = "办理", "What to do";
    /// More.
    OTHER_STEPS = "其他操作", "Other steps";
    /// Nothing to do for this person.
    NOTHING_TO_DO = "当前阶段没有您可办理的操作。", "Nothing for you to do at this stage.";
    /// From a camera.
    FROM_VIDEO = "来自视频的疑似问题，须由人员核实后才能立案；图像不能证明是谁所为。", "From a camera, as a candidate: a person verifies it before it is filed. A picture does not prove whose doing it was.";
    /// Overdue.
    IS_OVERDUE = "已超过时限。", "A time limit has ended.";
    /// History.
    HISTORY = "办理过程", "What happened";
    /// Pictures before.
    BEFORE = "处置前", "Before";
    /// Pictures after.
    AFTER = "处置后", "After";
    /// Caption of pictures.
    CAPTION = "{when}照片 {number}", "{when}, photo {number}";
    /// The history has more.
    SHORTENED = "只显示最近 {most} 步。", "Only the last {most} steps are shown.";

    // Boards.
    /// The dispatch board.
    DISPATCH = "派遣看板", "Dispatch board";
    /// The overdue board.
    OVERDUE = "超期看板", "Overdue board";
    /// A card's text.
    CARD = "{number} · {place} · {due}", "{number} · {place} · {due}";
    /// No limit runs.
    NO_DUE = "无时限", "no limit";
    /// A column that has more.
    COLUMN_MORE = "{title}（前 {count} 件）", "{title} (first {count})";

    // Heat and evaluation.
    /// The heat page.
    HEAT = "高发分析", "Where and what";
    /// Six disorders.
    GROUP = "六乱", "Six disorders";
    /// By matter.
    BY_MATTER = "按事项", "By matter";
    /// By place.
    BY_PLACE = "按村（社区）", "By village";
    /// By source.
    BY_SOURCE = "按来源", "By source";
    /// By cell.
    BY_CELL = "按网格", "By grid cell";
    /// By unit.
    BY_UNIT = "按责任单位", "By unit";
    /// Map of cells.
    MAP = "高发网格", "Grid cells with the most cases";
    /// A mark.
    MARK = "{cell}：{count} 件", "{cell}: {count}";
    /// How the six are counted.
    GROUP_NOTE = "“六乱”没有统一标准，类别与事项代码的对应关系由本镇街在设置中调整。一个事项可属于多个类别。", "No standard defines these labels. The township sets in its settings which codes fall under which; a matter may fall under several.";
    /// The evaluation page.
    EVALUATION = "综合评价", "Evaluation";
    /// How rates are counted.
    RATES_NOTE = "应结案数为最终时限落在本期的案卷；返工率 = 有返工的案卷 / 结案数；延期率 = 有批准延期的案卷 / 立案数。超期未处置数为当前数。复发率 = 同一网格同一事项在设定天数内再次立案 / 立案数；办结用时从上报到结案，按本月结案的案卷计。", "Due: cases whose final limit falls in the period. Rework rate: cases with a rework out of closed. Extension rate: cases with an approved extension out of filed. Overdue and open: as of now. Recurrence: the same matter filed in the same cell within the days of the settings, out of filed. Time to close: from report to closing, of cases closed in the month.";
    /// Township.
    WHOLE = "全镇街", "Whole township";
    /// Month before.
    BEFORE_MONTH = "上月 {month}", "Month before: {month}";
    /// Month after.
    AFTER_MONTH = "下月 {month}", "Month after: {month}";
    /// Page with its period.
    OF_PERIOD = "{title} · {period}", "{title} · {period}";
    /// No figures.
    NO_FIGURES = "本期没有案卷。", "No case in this period.";

    // Grid cells.
    /// The cells.
    CELLS = "网格", "Grid cells";
    /// One cell.
    CELL = "网格 {id}", "Grid cell {id}";
    /// A new one.
    NEW_CELL = "登记网格", "Register a grid cell";
    /// Change it.
    EDIT_CELL = "修改网格", "Change the grid cell";
    /// Remove it.
    REMOVE_CELL = "删除网格", "Remove the grid cell";
    /// What removal leaves.
    REMOVE_NOTE = "已有案卷保留原网格编号。", "Cases keep the id of the cell.";
    /// No cell.
    NO_CELLS = "还没有网格。可逐个登记，或用接口 grid-cells 批量导入。", "No grid cell yet. Register them one by one, or send a list to the call grid-cells.";
    /// Cases of a cell.
    CELL_CASES = "本网格在办案卷", "Open cases of this cell";

    // Cameras.
    /// The page.
    SIGHTINGS = "视频线索", "What cameras found";
    /// No camera found anything.
    NO_SIGHTINGS = "还没有摄像机上报线索。", "No camera has found anything yet.";
    /// What precision is.
    SIGHTINGS_NOTE = "准确率 = 核实立案 /（核实立案 + 不予立案）。准确率低的摄像机，请在设置中提高其置信度门槛或停用。", "Precision: filed out of filed and not filed. Raise the threshold of a camera with low precision in the settings, or silence it.";

    // The public page.
    /// Its title.
    PUBLIC = "随手拍 · 市容问题上报", "Report a problem in the street";
    /// What it is for.
    PUBLIC_WHY = "请描述您看到的市容环境问题。无需登录，不收集姓名和电话。也可拨打 {lines}。", "Tell us what is wrong in the street. No sign-in; no name or telephone number is asked for. You can also call {lines}.";
    /// Where the code hangs.
    PUBLIC_HERE = "您扫的是「{cell}」的二维码。不在此处的问题，请填写位置。", "This is the code of {cell}. If it is about somewhere else, fill in where.";
    /// Thanks.
    RECEIVED = "已收到您的上报，案卷号 {number}，当前阶段：{stage}。", "We have your report: number {number}, now {stage}.";
    /// Rejected.
    RECEIVED_REJECTED = "已收到您的上报，案卷号 {number}。经核实不予立案：{reason}", "We have your report: number {number}. It was not filed: {reason}";
    /// Keep this address.
    RECEIPT = "保存本页地址可查询办理进度。", "Keep the address of this page to see how it goes on.";
    /// The page where it is opened.
    LINK = "公众上报链接", "Public link for reports";
    /// What it does.
    LINK_WHY = "开通后，任何人扫描二维码即可上报市容问题（可附照片），并得到查看进度的专属链接；可随时关闭。各网格页面可另开通带位置的二维码。", "Once open, everybody with the QR code can report a problem, with photos, and gets a link of his own to follow it. It can be closed at any time. A code that knows its place is opened on the page of a grid cell.";
    /// Opens it.
    OPEN_LINK = "开通并生成二维码", "Open it and make the QR code";
    /// Closes it.
    CLOSE_LINK = "关闭公开链接", "Close the public link";
    /// Under the code.
    LINK_CAPTION = "扫码上报市容环境问题", "Scan to report a problem in the street";
    /// Under the code of a cell.
    CELL_CAPTION = "扫码上报市容环境问题 · {cell}", "Scan to report a problem in the street · {cell}";
    /// Preview.
    PREVIEW = "查看公众页面", "See the public page";
}
