//! Names of people as they are: common surnames often, rare, compound and ambiguous ones too, given names by decade.

use std::collections::HashMap;

use super::dice::Dice;

/// Surname, spelling, weight: people of this name among a thousand, rare ones more often than in life.
const SURNAMES: &str = "王 wang 72 李 li 71 张 zhang 68 刘 liu 54 陈 chen 45 杨 yang 31 黄 huang 22 赵 zhao 22 吴 wu 20 周 zhou 19 \
    徐 xu 17 孙 sun 16 马 ma 13 朱 zhu 13 胡 hu 12 郭 guo 12 何 he 11 林 lin 11 高 gao 10 罗 luo 10 郑 zheng 9 \
    梁 liang 9 谢 xie 8 宋 song 7 唐 tang 7 许 xu 7 邓 deng 6 韩 han 6 冯 feng 6 曹 cao 6 彭 peng 6 曾 zeng 6 \
    肖 xiao 6 田 tian 5 董 dong 5 潘 pan 5 袁 yuan 5 蔡 cai 5 蒋 jiang 5 余 yu 5 于 yu 5 杜 du 4 叶 ye 4 \
    程 cheng 4 魏 wei 4 苏 su 4 吕 lv 4 丁 ding 4 任 ren 4 卢 lu 4 姚 yao 4 沈 shen 4 钟 zhong 4 姜 jiang 4 \
    崔 cui 4 谭 tan 4 陆 lu 4 范 fan 4 汪 wang 4 廖 liao 4 石 shi 3 金 jin 3 韦 wei 3 贾 jia 3 夏 xia 3 付 fu 3 \
    方 fang 3 邹 zou 3 熊 xiong 3 白 bai 3 孟 meng 3 秦 qin 3 邱 qiu 3 侯 hou 3 江 jiang 3 尹 yin 3 薛 xue 3 \
    闫 yan 3 段 duan 3 雷 lei 3 龙 long 3 黎 li 3 史 shi 3 陶 tao 2 贺 he 2 毛 mao 2 郝 hao 2 顾 gu 2 龚 gong 2 \
    邵 shao 2 万 wan 2 钱 qian 2 严 yan 2 赖 lai 2 覃 qin 2 洪 hong 2 武 wu 2 莫 mo 2 孔 kong 2 汤 tang 2 \
    向 xiang 2 常 chang 2 温 wen 2 康 kang 2 施 shi 2 文 wen 2 牛 niu 2 樊 fan 2 葛 ge 2 邢 xing 2 安 an 2 \
    章 zhang 2 齐 qi 1 易 yi 1 乔 qiao 1 伍 wu 1 庞 pang 1 颜 yan 1 倪 ni 1 庄 zhuang 1 聂 nie 1 鲁 lu 1 \
    岳 yue 1 翟 zhai 1 殷 yin 1 詹 zhan 1 申 shen 1 欧 ou 1 耿 geng 1 关 guan 1 兰 lan 1 焦 jiao 1 俞 yu 1 \
    左 zuo 1 柳 liu 1 甘 gan 1 祝 zhu 1 包 bao 1 宁 ning 1 尚 shang 1 符 fu 1 舒 shu 1 阮 ruan 1 柯 ke 1 纪 ji 1 \
    梅 mei 1 童 tong 1 凌 ling 1 毕 bi 1 单 shan 2 裴 pei 1 霍 huo 1 涂 tu 1 成 cheng 1 苗 miao 1 谷 gu 1 \
    盛 sheng 1 曲 qu 1 翁 weng 1 冉 ran 1 骆 luo 1 蓝 lan 1 路 lu 1 游 you 1 辛 xin 1 靳 jin 1 管 guan 1 \
    柴 chai 1 蒙 meng 1 鲍 bao 1 华 hua 1 喻 yu 1 祁 qi 1 蒲 pu 1 房 fang 1 滕 teng 1 屈 qu 1 饶 rao 1 解 xie 2 \
    牟 mou 1 艾 ai 1 尤 you 1 阳 yang 1 时 shi 1 穆 mu 1 查 zha 2 仇 qiu 2 乐 yue 1 朴 piao 1 区 ou 1 盖 ge 1 \
    欧阳 ouyang 3 尉迟 yuchi 1 上官 shangguan 1 司马 sima 1 诸葛 zhuge 1 司徒 situ 1 令狐 linghu 1 \
    皇甫 huangfu 1 夏侯 xiahou 1 慕容 murong 1";
/// Given names with their spelling: men born in the seventies.
const MEN_70: &str = "建国 jianguo 志强 zhiqiang 建军 jianjun 国强 guoqiang 建华 jianhua 志刚 zhigang 永强 yongqiang 文军 wenjun \
    海涛 haitao 卫东 weidong 建平 jianping 国栋 guodong 志明 zhiming 立新 lixin 永刚 yonggang 新华 xinhua 伟 wei \
    勇 yong 军 jun 强 qiang 斌 bin 涛 tao 刚 gang 平 ping 明 ming 辉 hui 超 chao 峰 feng 健 jian 宏伟 hongwei \
    宏斌 hongbin 立群 liqun 少军 shaojun 文斌 wenbin 春雷 chunlei 世杰 shijie 德胜 desheng 家驹 jiaju \
    金龙 jinlong 玉林 yulin 广平 guangping 福生 fusheng 振华 zhenhua 兴国 xingguo 长江 changjiang 学军 xuejun \
    庆丰 qingfeng 耀东 yaodong 国平 guoping 树林 shulin";
/// Given names with their spelling: women born in the seventies.
const WOMEN_70: &str = "秀英 xiuying 桂芳 guifang 丽华 lihua 秀兰 xiulan 玉梅 yumei 淑敏 shumin 桂英 guiying 丽萍 liping \
    红梅 hongmei 春梅 chunmei 淑芬 shufen 玉兰 yulan 美玲 meiling 秋菊 qiuju 建英 jianying 爱华 aihua 丽群 liqun \
    丽娟 lijuan 芳 fang 敏 min 丽 li 霞 xia 红 hong 燕 yan 玲 ling 艳 yan 萍 ping 梅 mei 英 ying 琴 qin \
    凤英 fengying 海燕 haiyan 小红 xiaohong 晓燕 xiaoyan 金凤 jinfeng 素珍 suzhen 慧芳 huifang 雪梅 xuemei \
    瑞芳 ruifang 月华 yuehua 文静 wenjing 亚萍 yaping 惠兰 huilan 彩霞 caixia 翠萍 cuiping 永红 yonghong \
    巧玲 qiaoling 美华 meihua 春燕 chunyan 淑华 shuhua";
/// Given names with their spelling: men born in the eighties.
const MEN_80: &str = "鹏 peng 磊 lei 杰 jie 波 bo 凯 kai 亮 liang 飞 fei 浩 hao 俊 jun 鑫 xin 洋 yang 旭 xu 晓东 xiaodong \
    俊杰 junjie 文博 wenbo 晓峰 xiaofeng 志鹏 zhipeng 海波 haibo 明辉 minghui 晓明 xiaoming 天宇 tianyu \
    嘉明 jiaming 世豪 shihao 思远 siyuan 振宇 zhenyu 子健 zijian 伟杰 weijie 俊峰 junfeng 一鸣 yiming \
    家豪 jiahao 志远 zhiyuan 书豪 shuhao 浩然 haoran 立强 liqiang 宇航 yuhang 锦程 jincheng 文涛 wentao \
    冠宇 guanyu 永康 yongkang 景行 jingxing 致远 zhiyuan 凌峰 lingfeng 绍辉 shaohui 启明 qiming 兆丰 zhaofeng \
    润泽 runze 国梁 guoliang 建业 jianye 中原 zhongyuan 少华 shaohua";
/// Given names with their spelling: women born in the eighties.
const WOMEN_80: &str = "静 jing 婷 ting 娜 na 倩 qian 颖 ying 莉 li 雪 xue 琳 lin 洁 jie 蕾 lei 佳 jia 丹 dan 晶 jing 璐 lu 莹 ying \
    薇 wei 婉 wan 思琪 siqi 晓丽 xiaoli 雅婷 yating 丽娜 lina 晓雯 xiaowen 文婷 wenting 佳佳 jiajia 海霞 haixia \
    晓琳 xiaolin 梦洁 mengjie 婷婷 tingting 雅琴 yaqin 若兰 ruolan 雪莹 xueying 嘉怡 jiayi 慧敏 huimin \
    玉洁 yujie 静怡 jingyi 晓彤 xiaotong 婉清 wanqing 书琴 shuqin 明月 mingyue 小雨 xiaoyu 思敏 simin \
    诗韵 shiyun 佩珊 peishan 淑仪 shuyi 舒婷 shuting 晓芸 xiaoyun 春晓 chunxiao 彩云 caiyun 咏梅 yongmei \
    丹丹 dandan";
/// Given names with their spelling: men born in the nineties.
const MEN_90: &str = "宇轩 yuxuan 子豪 zihao 俊豪 junhao 浩宇 haoyu 子轩 zixuan 博文 bowen 天翔 tianxiang 泽宇 zeyu 睿 rui 晨 chen \
    昊 hao 逸飞 yifei 嘉豪 jiahao 明轩 mingxuan 凯文 kaiwen 鸿飞 hongfei 子墨 zimo 一凡 yifan 文轩 wenxuan \
    煜城 yucheng 皓轩 haoxuan 云帆 yunfan 星宇 xingyu 嘉伟 jiawei 晨阳 chenyang 梓轩 zixuan 弘毅 hongyi \
    思齐 siqi 瑞霖 ruilin 浩天 haotian 承志 chengzhi 翰林 hanlin 昱辰 yuchen 嘉树 jiashu 文昊 wenhao 楷瑞 kairui \
    俊熙 junxi 亦凡 yifan 栋梁 dongliang 远航 yuanhang 世杰 shijie 泽楷 zekai 梓豪 zihao 浩轩 haoxuan \
    展鹏 zhanpeng 乐天 letian 伯言 boyan 景明 jingming 皓月 haoyue 辰逸 chenyi";
/// Given names with their spelling: women born in the nineties.
const WOMEN_90: &str = "诗涵 shihan 雨桐 yutong 欣怡 xinyi 梦琪 mengqi 思雨 siyu 雨欣 yuxin 佳怡 jiayi 雅静 yajing 子涵 zihan \
    紫萱 zixuan 可欣 kexin 梦瑶 mengyao 语嫣 yuyan 心怡 xinyi 若曦 ruoxi 思彤 sitong 嘉欣 jiaxin 诗雨 shiyu \
    晓萱 xiaoxuan 知夏 zhixia 雨萌 yumeng 婉婷 wanting 依诺 yinuo 静雯 jingwen 芷晴 zhiqing 慧琳 huilin \
    佳琪 jiaqi 雪瑶 xueyao 梓萱 zixuan 一诺 yinuo 乐瑶 leyao 清妍 qingyan 羽彤 yutong 怡然 yiran 文静 wenjing \
    书瑶 shuyao 念慈 nianci 映雪 yingxue 采薇 caiwei 沐晴 muqing 安琪 anqi 芷若 zhiruo 雨薇 yuwei 韵寒 yunhan \
    灵犀 lingxi 初夏 chuxia 望舒 wangshu 疏影 shuying 语桐 yutong 若溪 ruoxi";
/// Given names with their spelling: men born after 2000.
const MEN_00: &str = "梓睿 zirui 子睿 zirui 奕辰 yichen 宇辰 yuchen 浩辰 haochen 沐阳 muyang 铭泽 mingze 俊宇 junyu 泽轩 zexuan \
    奕泽 yize 睿哲 ruizhe 皓宇 haoyu 辰轩 chenxuan 子默 zimo 瑾瑜 jinyu 知行 zhixing 予安 yuan 景珩 jinghang \
    星河 xinghe 思源 siyuan 一航 yihang 闻达 wenda 慕白 mubai 逸尘 yichen 梓涵 zihan 嘉懿 jiayi 明哲 mingzhe \
    清和 qinghe 牧野 muye 言蹊 yanxi";
/// Given names with their spelling: women born after 2000.
const WOMEN_00: &str = "梓涵 zihan 欣妍 xinyan 语桐 yutong 一诺 yinuo 诗琪 shiqi 可馨 kexin 梓琳 zilin 沐瑶 muyao 雨涵 yuhan \
    思涵 sihan 艺涵 yihan 佳妮 jiani 若汐 ruoxi 书意 shuyi 晚晴 wanqing 见微 jianwei 南乔 nanqiao 清欢 qinghuan \
    令仪 lingyi 苏叶 suye 青禾 qinghe 今夏 jinxia 语冰 yubing 听澜 tinglan 槿汐 jinxi 子衿 zijin 舒窈 shuyao \
    静好 jinghao 攸宁 youning 未央 weiyang";
/// Other names that people go by at work.
const ALIASES: &str = "Kevin Jason Vivian Amy Leo Sunny Coco Eric Tina Jerry Momo Anna Simon Cindy Felix Iris 小鱼 阿杰 老猫 大山 \
    豆豆 小满 阿宁 团子 小北 阿泽";

/// Given names of the house in Berlin.
const GIVEN_EN: &str = "Anna Lukas Emma Jonas Mia Felix Sophie Paul Lena Max Clara David Laura Oliver Nora Tobias Julia Henrik Ella \
    Marco Ida Simon Freya Niklas Amelia Jakob Zoe Erik Maya Anton";
/// Surnames of the house in Berlin.
const FAMILY_EN: &str = "Schmidt Vogt Lindqvist Weber Hansen Brandt Keller Novak Fischer Larsen Richter Okafor Hoffmann Berg Kaya \
    Jansen Roth Silva Winter Moreau Engel Castell Falk Dietrich Ahlgren Sommer Petrov Haas Lang Murphy";

/// A name with its spelling in Latin letters, lower case, without spaces.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) full: String,
    pub(super) spelled: String,
}

type Spelled = (&'static str, &'static str);

/// All lists, read once.
#[derive(Debug)]
pub(super) struct Names {
    surnames: Vec<(Spelled, usize)>,
    weight: usize,
    men: [Vec<Spelled>; 4],
    women: [Vec<Spelled>; 4],
    aliases: Vec<&'static str>,
}

impl Names {
    pub(super) fn new() -> Self {
        let words: Vec<&str> = SURNAMES.split_whitespace().collect();
        let surnames: Vec<_> = words
            .chunks_exact(3)
            .map(|row| ((row[0], row[1]), row[2].parse().unwrap_or(1)))
            .collect();
        Self {
            weight: surnames.iter().map(|(_, weight)| weight).sum(),
            surnames,
            men: [MEN_70, MEN_80, MEN_90, MEN_00].map(pairs),
            women: [WOMEN_70, WOMEN_80, WOMEN_90, WOMEN_00].map(pairs),
            aliases: ALIASES.split_whitespace().collect(),
        }
    }

    /// Somebody's name; `decade` counts from the seventies.
    pub(super) fn draw(&self, dice: &mut Dice, is_man: bool, decade: usize) -> Name {
        let (surname, spelled) = self.surname(dice);
        let given = if is_man { &self.men } else { &self.women };
        let (given, given_spelled) = dice.pick(&given[decade]);
        Name {
            full: format!("{surname}{given}"),
            spelled: format!("{spelled}{given_spelled}"),
        }
    }

    fn surname(&self, dice: &mut Dice) -> Spelled {
        let mut left = dice.below(self.weight);
        for (surname, weight) in &self.surnames {
            if left < *weight {
                return *surname;
            }
            left -= weight;
        }
        self.surnames[0].0
    }

    pub(super) fn alias(&self, dice: &mut Dice) -> String {
        dice.pick(&self.aliases).to_owned()
    }

    /// The name of somebody in Berlin, each combination once.
    pub(super) fn latin(at: usize) -> Name {
        let given: Vec<&str> = GIVEN_EN.split_whitespace().collect();
        let family: Vec<&str> = FAMILY_EN.split_whitespace().collect();
        let family = family[(at * 7 + at / given.len()) % family.len()];
        let given = given[at % given.len()];
        Name {
            full: format!("{given} {family}"),
            spelled: format!("{given}.{family}").to_ascii_lowercase(),
        }
    }
}

fn pairs(text: &'static str) -> Vec<Spelled> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect()
}

/// Gives each spelling a number from the second bearer on.
#[derive(Debug, Default)]
pub(super) struct Userids(HashMap<String, u32>);

impl Userids {
    pub(super) fn take(&mut self, spelled: &str) -> String {
        let bearers = self.0.entry(spelled.to_owned()).or_default();
        *bearers += 1;
        match *bearers {
            1 => spelled.to_owned(),
            number => format!("{spelled}{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_spelling() {
        let names = Names::new();
        let given = names.men.iter().chain(&names.women).flatten();
        let surnames = names.surnames.iter().map(|(spelled, _)| spelled);
        for (name, spelled) in given.chain(surnames) {
            assert!((1..=2).contains(&name.chars().count()), "{name}");
            assert!(!name.is_ascii(), "{name} is out of step");
            assert!(
                spelled.bytes().all(|b| b.is_ascii_lowercase()),
                "{name} {spelled}"
            );
        }
        assert!(names.surnames.len() >= 150);
    }

    #[test]
    fn bearers_of_one_name_have_userids_of_their_own() {
        let mut userids = Userids::default();
        let taken: Vec<String> = (0..3).map(|_| userids.take("zhangwei")).collect();
        assert_eq!(taken, ["zhangwei", "zhangwei2", "zhangwei3"]);
        let latin: std::collections::HashSet<_> =
            (0..60).map(|at| Names::latin(at).spelled).collect();
        assert_eq!(latin.len(), 60);
    }
}
