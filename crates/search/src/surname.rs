//! Surnames: which ones have two characters, and how a character is read when it is a surname.

use std::sync::OnceLock;

use pinyin::ToPinyin;
use rustc_hash::FxHashMap;

/// Surnames of one character whose usual reading as a surname differs from the dictionary's first, the display reading first.
const SINGLE: &str = "曾zēng 单shàn 解xiè 尉wèi 仇qiú 区ōu 查zhā 朴piáo 乐yuè,lè 盖gě,gài 翟zhái,dí 缪miào 覃qín,tán 卜bǔ 冼xiǎn 员yùn 种chóng \
     洗xiǎn 召shào 教jiào 折shé 秘bì 宓fú,mì 纪jǐ,jì 任rén 华huà 葛gě 宁nìng,níng 燕yān 应yīng 曲qū 隗wěi,kuí 晟chéng 钭tǒu 逄páng 么yāo \
     那nā 佘shé 麴qū 郗xī,chī 黑hè 繁pó 祭zhài 柏bǎi,bó 薄bó 车chē 谌chén,shèn 晁cháo 阚kàn 莘shēn 嵇jī 臧zāng 逯lù 谷gǔ 哈hǎ 牟mù,móu 相xiàng \
     乜niè 干gān 过guō 句gōu 勾gōu 訾zī 撒sǎ 能nài 郇xún,huán 眭suī 郄qiè,xì 郏jiá 幺yāo 瞿qú 恽yùn 禚zhuó 仉zhǎng 庹tuǒ 笪dá 亓qí 粘nián \
     亢kàng 少shào 盛shèng 沈shěn 宿sù 冠guàn 观guàn 炅guì 贲bēn 费fèi,bì 厍shè 隽juàn 颉xié,jié 佴nài 角jué 要yāo 占zhān 都dū 氾fán 难nìng 呙guō \
     贾jiǎ 车chē 石shí 万wàn 台tái 令lìng 长zhǎng 重chóng 行xíng 适kuò 舍shè 称chēng 冯féng 褚chǔ 娄lóu 沙shā 洛luò 闫yán 肖xiāo 付fù 俞yú 於yū 於yú \
     盛shèng 尹yǐn 强qiáng 谭tán 藏zāng 朝cháo 将jiàng 曹cáo 红hóng 术zhú 拓tuò 莞guān 塔tǎ 妫guī 鲜xiān 戚qī 殷yīn 倪ní 燮xiè 蕃fān 筰zuó 迮zé 邸dǐ 芈mǐ 钱qián";

/// Surnames of two characters with the reading of each.
const DOUBLE: &str = "欧阳ōu'yáng 上官shàng'guān 司马sī'mǎ 诸葛zhū'gě 尉迟yù'chí 万俟mò'qí 澹台tán'tái 单于chán'yú 长孙zhǎng'sūn 令狐líng'hú 皇甫huáng'fǔ \
     东方dōng'fāng 公孙gōng'sūn 慕容mù'róng 轩辕xuān'yuán 夏侯xià'hóu 宇文yǔ'wén 司徒sī'tú 司空sī'kōng 独孤dú'gū 南宫nán'gōng 端木duān'mù 百里bǎi'lǐ \
     呼延hū'yán 东郭dōng'guō 西门xī'mén 申屠shēn'tú 太史tài'shǐ 公冶gōng'yě 宗政zōng'zhèng 濮阳pú'yáng 淳于chún'yú 钟离zhōng'lí 鲜于xiān'yú 闾丘lǘ'qiū \
     亓官qí'guān 司寇sī'kòu 颛孙zhuān'sūn 公西gōng'xī 乐正yuè'zhèng 漆雕qī'diāo 公良gōng'liáng 拓跋tuò'bá 夹谷jiá'gǔ 宰父zǎi'fǔ 谷梁gǔ'liáng 赫连hè'lián \
     完颜wán'yán 纳兰nà'lán 叶赫yè'hè 贺兰hè'lán 宿勤sù'qín 沙吒shā'zhā 吐谷tǔ'yù 第五dì'wǔ 梁丘liáng'qiū 左丘zuǒ'qiū 东门dōng'mén 微生wēi'shēng";

/// Given-name characters that the dictionary reads otherwise first.
const GIVEN: &str = "晟shèng 莘shēn 卜bǔ 覃tán 仇chóu 朴pǔ 茜qiàn 柏bǎi 娜nà 薄bó 阚kàn 都dū 露lù 曾zēng 莞wǎn 隽jùn 颉jié 炅jiǒng 芫yuán 参shēn 伽jiā 么me 尉wèi 翟zhái 呙guō";

type Reading = &'static str;

struct Tables {
    single: FxHashMap<char, Vec<Reading>>,
    double: FxHashMap<[char; 2], [Reading; 2]>,
    given: FxHashMap<char, Reading>,
    plain: FxHashMap<char, Vec<&'static str>>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(build)
}

fn build() -> Tables {
    let mut tables = Tables {
        single: FxHashMap::default(),
        double: FxHashMap::default(),
        given: FxHashMap::default(),
        plain: FxHashMap::default(),
    };
    for (c, rest) in SINGLE.split_whitespace().filter_map(split_first) {
        let all: Vec<Reading> = rest.split(',').collect();
        tables
            .plain
            .entry(c)
            .or_default()
            .extend(all.iter().map(|r| toneless(r)));
        tables.single.entry(c).or_insert(all);
    }
    for (first, rest) in DOUBLE.split_whitespace().filter_map(split_first) {
        if let Some((second, rest)) = split_first(rest)
            && let Some((one, two)) = rest.split_once('\'')
        {
            tables.plain.entry(first).or_default().push(toneless(one));
            tables.plain.entry(second).or_default().push(toneless(two));
            tables.double.insert([first, second], [one, two]);
        }
    }
    // Both readings of 尉迟 are in use.
    tables.plain.entry('尉').or_default().push("wei");
    tables.given = GIVEN.split_whitespace().filter_map(split_first).collect();
    tables
}

fn split_first(text: &'static str) -> Option<(char, &'static str)> {
    let c = text.chars().next()?;
    Some((c, &text[c.len_utf8()..]))
}

/// Strips the tone marks; called for the constant tables only, so the few leaked bytes stay few.
fn toneless(reading: &str) -> &'static str {
    use unicode_normalization::UnicodeNormalization;
    let plain: String = reading
        .nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c) || *c == '\u{308}')
        .nfc()
        .collect();
    plain.leak()
}

/// Returns the toneless readings of the character as a surname, `ü` kept.
pub(crate) fn plain_readings(c: char) -> &'static [&'static str] {
    tables().plain.get(&c).map_or(&[], Vec::as_slice)
}

/// How many of the leading Han characters are the surname.
pub(crate) fn length(name: &[char]) -> usize {
    match name {
        [] => 0,
        [first, second, _, ..] if tables().double.contains_key(&[*first, *second]) => 2,
        // 欧阳 alone is a surname; two characters that are no double surname are surname and given name.
        [first, second] if tables().double.contains_key(&[*first, *second]) => 2,
        _ => 1,
    }
}

/// Gives the surname that a name in Han characters begins with: one character, or two of a double surname.
pub fn surname_of(name: &[char]) -> &[char] {
    &name[..length(name)]
}

/// Returns the readings with tone marks for the Han characters of a name, the surname read as a surname.
pub(crate) fn display(name: &[char]) -> Vec<&'static str> {
    let tables = tables();
    let surname = length(name);
    let mut out = Vec::with_capacity(name.len());
    if surname == 2
        && let Some(both) = tables.double.get(&[name[0], name[1]])
    {
        out.extend(both);
    } else if let Some(first) = name.first() {
        let listed = tables.single.get(first).map(|all| all[0]);
        out.push(listed.unwrap_or_else(|| given(*first)));
    }
    out.extend(name[surname..].iter().map(|c| given(*c)));
    out
}

/// Returns the readings with tone marks of characters that are no surname.
pub(crate) fn display_given(name: &[char]) -> Vec<&'static str> {
    name.iter().map(|c| given(*c)).collect()
}

fn given(c: char) -> &'static str {
    let listed = tables().given.get(&c).copied();
    listed
        .or_else(|| c.to_pinyin().map(pinyin::Pinyin::with_tone))
        .unwrap_or_default()
}
