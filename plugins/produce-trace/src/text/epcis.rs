//! What is wrong with an EPCIS document, in both languages.

xl_plugin::phrases! {
    /// Not there.
    MISSING = "缺少必填项。", "This is required and missing.";
    /// No object.
    NO_OBJECT = "应为 JSON 对象。", "This must be a JSON object.";
    /// No array.
    NO_ARRAY = "应为 JSON 数组。", "This must be a JSON array.";
    /// No string.
    NO_TEXT = "应为字符串。", "This must be a string.";
    /// No number.
    NO_NUMBER = "应为数字（不加引号）。", "This must be a number, without quotes.";
    /// No boolean.
    NO_TRUTH = "应为 true 或 false。", "This must be true or false.";
    /// No attribute.
    NO_ATTRIBUTE = "应为字符串、数字或对象。", "This must be a string, a number or an object.";
    /// No URI.
    NO_URI = "应为带协议的完整 URI（RFC 3986），例如 https://id.gs1.org/01/09521234543213。", "This must be an absolute URI (RFC 3986), such as https://id.gs1.org/01/09521234543213.";
    /// No time.
    NO_TIME = "应为带时区的时间（RFC 3339），例如 2026-11-26T08:00:00.000+08:00。", "This must be a time with its zone (RFC 3339), such as 2026-11-26T08:00:00.000+08:00.";
    /// No offset.
    NO_OFFSET = "应为时区偏移，例如 +08:00。", "This must be a time zone offset, such as +08:00.";
    /// No version.
    NO_VERSION = "应为版本号，例如 2.0。", "This must be a version, such as 2.0.";
    /// No unit.
    NO_UNIT = "应为二至三位大写计量单位代码，例如 KGM。", "This must be a unit code of two or three capitals or digits, such as KGM.";
    /// No hex.
    NO_HEX = "应为十六进制数字。", "This must be hexadecimal digits.";
    /// No word.
    NO_WORD = "不是标准词，也不是自有 URI。", "This is neither a word of the standard nor a URI of your own.";
    /// A standard word as a URI.
    BARE_WORD = "标准词应直接书写（例如 shipping），不写成 GS1 的 URI。", "Write the standard's word bare (such as shipping), not as a URI of GS1.";
    /// None of these.
    NOT_ONE_OF = "只能是：{words}。", "This must be one of: {words}.";
    /// Unknown field.
    UNKNOWN = "标准没有此字段；自有字段须带命名空间前缀，例如 example:field。", "The standard has no such field; a field of your own needs a namespace, such as example:field.";
    /// Not here.
    NOT_HERE = "此处不允许出现：仅 action 为 ADD 的事件可带 ilmd。", "This must not stand here: only an event with action ADD carries ilmd.";
    /// Empty.
    EMPTY = "不能为空。", "This must not be empty.";
    /// Twice.
    TWICE = "列表中有重复项。", "This stands in the list twice.";
    /// No subject.
    NO_SUBJECT = "事件没有对象，至少需要：{fields}。", "The event is about nothing; it needs: {fields}.";
    /// No JSON.
    NOT_JSON = "不是有效的 JSON 文档（嵌套不超过 128 层，数字不超过双精度浮点数的范围）。", "This is no JSON document (nested at most 128 deep, numbers within double precision).";
}
