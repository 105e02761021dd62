//! What is wrong with what was filled in, and what to do.

xl_plugin::phrases! {
    /// Nothing is filled in.
    REQUIRED = "请填写此项。", "Please fill this in.";
    /// Too many characters.
    TOO_LONG = "最多 {most} 个字符。", "At most {most} characters.";
    /// Control characters.
    ONE_LINE = "只能填写一行文字，不能含控制字符。", "One line of text only, without control characters.";
    /// Not one of the choices.
    NO_CHOICE = "请从列表中选择。", "Please choose one from the list.";
    /// Not a number.
    NO_NUMBER = "请填写 {least} 到 {most} 的整数。", "A whole number, from {least} to {most}.";
    /// Not a picture.
    NO_PICTURE = "请重新拍照或选择图片，最多 {most} 张。", "Please take or choose the pictures again, at most {most}.";
    /// A picture is needed.
    PICTURE_NEEDED = "请至少附一张图片。", "Please add at least one picture.";
    /// Not a position.
    NO_POSITION = "位置格式应为“纬度,经度”，如 35.58,118.83。", "A position is “latitude,longitude”, such as 35.58,118.83.";
    /// Not an id of a cell.
    NO_CELL_ID = "编号为 1 到 32 位字母、数字、“-”或“_”。", "An id has 1 to 32 letters, digits, “-” or “_”.";
    /// The id has a cell already.
    CELL_TAKEN = "编号已被网格“{name}”使用。", "The grid cell “{name}” has this id already.";
    /// There is no such cell.
    NO_CELL = "没有这个网格。", "There is no such grid cell.";
    /// Not a place of the township.
    NO_PLACE = "应为本镇街内的 12 位行政区划代码，以 {township} 开头。", "A 12-digit division code inside the township, beginning with {township}.";
    /// Not a unit.
    NO_UNIT = "单位编号为 1 到 64 位小写字母、数字、“-”或“_”，以字母或数字开头。", "The id of a unit has 1 to 64 lower-case letters, digits, “-” or “_”, and begins with a letter or digit.";
    /// Not an account.
    NO_ACCOUNT = "账号为 1 到 64 个字符，不含空格。", "An account has 1 to 64 characters, without blanks.";
    /// A corner that is no point.
    NO_CORNER = "第 {corner} 个拐点不是“纬度,经度”。", "Corner {corner} is no “latitude,longitude”.";
    /// Too few or too many corners.
    NO_AREA = "范围需要 3 到 100 个拐点，用“;”分隔。", "An area has 3 to 100 corners, parted by “;”.";
    /// Too large.
    AREA_TOO_LARGE = "范围比一个镇街还大，请检查拐点是否填错。", "This area is larger than a township: please check its corners.";
    /// Too many cameras.
    TOO_MANY_CAMERAS = "一个网格最多 {most} 台摄像机。", "A grid cell has at most {most} cameras.";
    /// A camera has another cell.
    CAMERA_TAKEN = "摄像机 {camera} 已属于网格 {cell}。", "Camera {camera} belongs to the grid cell {cell} already.";
    /// A number of the hotline that is no number.
    NO_REFERENCE = "工单号为 1 到 40 位字母、数字、“-”。", "A reference has 1 to 40 letters, digits or “-”.";
    /// Only some roles may.
    ROLE = "您的角色不能进行此操作，请联系镇街管理员。", "Your role does not allow this. Please ask the township's administrator.";
    /// Nobody is signed in.
    SIGN_IN = "请先登录。", "Please sign in first.";
    /// What stands above field errors.
    NOT_SAVED = "没有保存，请检查标出的内容。", "Nothing was saved. Please look at what is marked.";
    /// The step cannot be made now.
    NO_STEP = "案卷当前为“{stage}”，不能进行此操作。请刷新后再试。", "The case is at “{stage}”: this cannot be done now. Please reload the page.";
    /// A half of a limit.
    HALF_LIMIT = "时限需要同时填写数量和单位，或都留空。", "A time limit needs both number and unit, or neither.";

    // Tables and lists of programs.
    /// A quote that does not end.
    UNCLOSED = "第 {line} 行的引号没有结束。", "The quote on line {line} does not end.";
    /// A column is missing.
    NO_COLUMN = "缺少列“{column}”。第一行应为：{columns}。", "The column “{column}” is missing. The first line is: {columns}.";
    /// A column that nobody knows.
    UNKNOWN_COLUMN = "不认识列“{column}”。第一行应为：{columns}。", "There is no column “{column}”. The first line is: {columns}.";
    /// A line of another length.
    LINE_LENGTH = "本行有 {cells} 格，应为 {columns} 格。", "This line has {cells} cells in place of {columns}.";
    /// Twice in one list.
    TWICE = "与第 {line} 项重复。", "The same as entry {line}.";
    /// Too many at once.
    TOO_MANY = "一次最多 {most} 个网格，请分批导入。", "At most {most} grid cells at once: please send several parts.";
    /// Nothing was sent.
    EMPTY = "没有内容。", "Nothing was sent.";
}
