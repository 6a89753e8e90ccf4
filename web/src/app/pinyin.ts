/**
 * How characters sound, without a dictionary: a browser sorts Chinese by sound, so the first character of each syllable
 * (by the readings of Unihan) is enough to tell the syllable of any other.
 */
const HEADS = [
  ...('吖哎安肮凹丷挀扳邦勹卑奔伻屄边灬憋汃冫癶峬嚓偲参仓撡冊嵾曽叉芆辿伥抄车抻阷吃充抽出揣巛刅吹旾逴呲匆凑粗汆崔邨搓咑呆丹当刀嘚扥灯氐敁刁爹' +
    '丁丟东吺厾耑垖吨多妸诶奀鞥儿发帆匚飞分丰覅仏紑夫旮侅甘冈皋戈给根刯工勾估瓜乖关光归丨呙哈咍佄夯茠诃黒拫亨叿齁乎花怀欢巟灰昏吙丌加戋江艽' +
    '阶巾坕冂丩凥姢噘军咔开刊忼尻匼肎劥空抠扝夸蒯宽匡亏坤扩垃来兰啷捞仂勒崚哩奁良撩毟拎伶溜囖龙瞜噜驴娈掠抡啰妈埋嫚牤猫嚒呅椚擝咪宀喵乜民名' +
    '谬摸哞毪拏腉囡囔孬疒娞恁能妮拈娘鸟捏囜宁妞农羺奴女奻疟黁郍讴妑拍眅乓抛呸喷匉丕囨剽氕姘乒钋剖仆七掐千呛悄苆亲靑卭丘区奍炔夋呥穣娆惹人扔' +
    '日戎厹邚堧婑瞤捼仨毢三桒掻閪森僧杀筛山伤弰奢申升尸収书刷衰闩双脽吮说厶忪凁苏狻夊孙唆他囼坍汤夲忑熥剔天旫帖厅囲偷凸湍推吞乇屲歪弯尢危昷' +
    '翁挝乌夕呷仙乡灱些心星凶休吁吅削坃丫恹央幺倻一囙应哟佣优込囦曰晕帀災兂匨傮则贼怎増扎夈枬张佋蜇贞凧之中州朱抓专妆隹宒拙乲宗邹租钻厜尊嘬'),
];
const SOUNDS = (
  'a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng cha chai ' +
  'chan chang chao che chen cheng chi chong chou chu chuai chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai ' +
  'dan dang dao de den deng di dian diao die ding diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng fiao ' +
  'fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen ' +
  'heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan ' +
  'kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei leng li lian liang liao lie lin ' +
  'ling liu lo long lou lu lv luan lve lun luo ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na ' +
  'nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nv nuan nve nun nuo ou pa pai pan pang pao ' +
  'pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao ' +
  're ren reng ri rong rou ru ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shen sheng shi shou ' +
  'shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te teng ti tian tiao tie ting ' +
  'tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue ' +
  'xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao ' +
  'zhe zhen zheng zhi zhong zhou zhu zhua zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo'
).split(' ');
/** Read in two ways often enough that people type either. */
const TWICE: Record<string, string> = {
  单: 'dan shan',
  行: 'xing hang',
  重: 'zhong chong',
  长: 'zhang chang',
  调: 'diao tiao',
  会: 'hui kuai',
  系: 'xi ji',
  都: 'dou du',
  还: 'hai huan',
  藏: 'cang zang',
  校: 'xiao jiao',
  朝: 'chao zhao',
  乐: 'le yue',
  盛: 'sheng cheng',
  厦: 'sha xia',
  解: 'jie xie',
  曾: 'zeng ceng',
  种: 'zhong chong',
  传: 'chuan zhuan',
  弹: 'dan tan',
  提: 'ti di',
  参: 'can cen shen',
  率: 'lv shuai',
  降: 'jiang xiang',
  车: 'che ju',
  得: 'de dei',
  地: 'di de',
  似: 'si shi',
  谁: 'shei shui',
  区: 'qu ou',
  绿: 'lv lu',
};

let collator: Intl.Collator | null = null;
function soundOf(char: string): string {
  collator ??= new Intl.Collator('zh-CN-u-co-pinyin');
  let [low, high] = [-1, HEADS.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (collator.compare(HEADS[middle] as string, char) <= 0) low = middle;
    else high = middle - 1;
  }
  return SOUNDS[low] ?? '';
}
const known = new Map<string, string[]>();

/** The syllables that a character may be typed by, or itself. */
export function soundsOf(char: string): string[] {
  let sounds = known.get(char);
  if (!sounds) {
    sounds = TWICE[char]?.split(' ') ?? [/\p{Script=Han}/u.test(char) ? soundOf(char) : char.toLowerCase()];
    known.set(char, sounds);
  }
  return sounds;
}

/** How much of a syllable people type before they go on to the next: all of it, or how it begins. */
const starts = (sound: string) => [...new Set([sound, /^[zcs]h/.exec(sound)?.[0] ?? sound, sound.slice(0, 1)])].filter(Boolean);

/** How far what was typed goes from a character on; where it led nowhere once is not tried again. */
function reads(chars: string[], at: number, q: string, nowhere: Set<string>): boolean {
  if (!q) return true;
  const char = chars[at];
  const place = `${at} ${q.length}`;
  if (char === undefined || nowhere.has(place)) return false;
  const found = soundsOf(char).some(
    // the last syllable may be half typed
    (sound) => sound.startsWith(q) || starts(sound).some((s) => q.startsWith(s) && reads(chars, at + 1, q.slice(s.length), nowhere)),
  );
  if (!found) nowhere.add(place);
  return found;
}

/** Whether a text holds what was typed, as it stands, by its sound or its initials: xinjiandb finds 新建待办, and so does xjdb. */
export function holds(text: string, typed: string): boolean {
  const q = typed.trim().toLowerCase();
  if (!q || text.toLowerCase().includes(q)) return true;
  const letters = q.replace(/[\s']/g, '');
  if (!/^[a-z0-9]{1,60}$/.test(letters)) return false;
  const chars = [...text].filter((c) => /[\p{L}\p{N}]/u.test(c)).slice(0, 60);
  const nowhere = new Set<string>();
  return chars.some((_, i) => reads(chars, i, letters, nowhere));
}

/** Whether what was typed ends at this node of a tree: its own name holds it, or only the path down to it does. hz is 杭州 and not all its districts. */
export function ends(path: string[], typed: string): boolean {
  return holds(path.at(-1) ?? '', typed) || (holds(path.join(''), typed) && !holds(path.slice(0, -1).join(''), typed));
}
