/** Company names by market: a head (a place, a family, a word) and a trade, put together the way that market does it. */
import { people, slug, words, type Market, type Word } from "./names.ts";
import type { Random } from "./random.ts";

export interface Company {
  readonly name: string;
  /** The name as a host would have it. */
  readonly host: string;
}

interface Style {
  /** Without heads of their own, companies are named after families. */
  readonly heads?: readonly Word[];
  readonly trades: readonly Word[];
  /** {h} head, {o} another head, {t} trade. */
  readonly forms: readonly string[];
  readonly departments: readonly string[];
}

const ENGLISH_TRADES = words(
  "Logistics, Analytics, Dental Group, Roofing, Outdoor Supply, Interiors, Architects, Brewing, Veterinary Clinic, Freight, Robotics, Property Management, Staffing, Publishing, Solar, Bakery, Legal, Bicycle Works, Diagnostics, Catering",
);

const STYLES: Readonly<Record<Market, Style>> = {
  us: {
    heads: words(
      "Cedar Ridge, Bluestem, Ironwood, Lakeshore, Redwood City, Prairie, Silverline, Copper Canyon, Harborview, Juniper, Summit, Magnolia, Three Rivers, Evergreen, Granite Bay, Mockingbird, Pinecrest, Tidewater, Old Mill, Northfield, Sagebrush, Beacon Hill, Willow Creek, Desert Bloom, Keystone, Fairhaven, Hartwell, Whitaker, Caldwell, Delgado",
    ),
    trades: ENGLISH_TRADES,
    forms: ["{h} {t}", "{h} {t}, Inc.", "{h} {t} LLC", "{h} {t}, LLC", "{h} {t} Co."],
    departments: ["Accounts Payable", "IT Department", "Attn: Purchasing, Suite 400"],
  },
  uk: {
    heads: words(
      "Thornbury, Ashworth, Kingsmead, Harrogate, Pemberton, Severn, Rowntree, Whitby, Old Foundry, Lowland, Cotswold, Fairclough, St. Ives, Ravenscroft, Dovecote, Glenmore",
    ),
    trades: ENGLISH_TRADES,
    forms: ["{h} {t} Ltd", "{h} {t}", "{h}, {o} & Co {t}", "{h} {t} (UK) Ltd"],
    departments: ["Finance Office", "Procurement, 2nd Floor"],
  },
  de: {
    trades: words(
      "Maschinenbau, Logistik, Gebäudetechnik, Verlag, Möbelwerke, Präzisionstechnik, Steuerberatung, Feinkost, Elektrotechnik, Medien",
    ),
    forms: ["{h} {t} GmbH", "{h} & {o} {t} KG", "{h} {t} GmbH & Co. KG", "{h} {t} AG"],
    departments: ["Abteilung Buchhaltung", "Zentraler Einkauf"],
  },
  fr: {
    trades: words(
      "Menuiserie, Boulangerie, Imprimerie, Éditions, Transports, Pépinières, Cabinet, Ateliers, Conserverie, Librairie",
    ),
    forms: ["{t} {h}", "{t} {h} SARL", "{t} {h} et Fils", "{t} {h} & {o} SAS"],
    departments: ["Service comptabilité", "Direction des achats"],
  },
  es: {
    trades: words(
      "Bodegas, Talleres, Panadería, Construcciones, Clínica, Asesoría, Cerámicas, Librería, Diseño, Ingeniería",
    ),
    forms: ["{t} {h}, S.L.", "{t} {h} y {o}", "{t} {h} Hermanos, S.A."],
    departments: ["Departamento de Administración"],
  },
  it: {
    trades: words(
      "Officine, Tipografia, Pasticceria, Arredamenti, Studio Legale, Cantine, Tessuti, Edilizia, Farmacia",
    ),
    forms: ["{t} {h} S.r.l.", "{t} {h} & Figli", "{t} {h} e {o} S.n.c."],
    departments: ["Ufficio Acquisti"],
  },
  nordic: {
    trades: words("Byggkonsult, Rederi, Möbler, Bageri, Arkitekter, Fiskeri, Energi, Förlag, Smådjursklinik"),
    forms: ["{h} {t} AB", "{h} & {o} {t}", "{h} {t} A/S"],
    departments: ["Ekonomiavdelningen"],
  },
  pl: {
    trades: words("Piekarnia, Drukarnia, Usługi Księgowe, Meble, Biuro Podróży, Stolarnia, Hurtownia, Żegluga"),
    forms: ["{t} {h} Sp. z o.o.", "{t} {h} i Wspólnicy", "{t} {h}"],
    departments: ["Dział Księgowości"],
  },
  br: {
    trades: words(
      "Construções, Padaria, Transportes, Clínica, Confecções, Contabilidade, Agência, Móveis, Café, Comércio, Engenharia",
    ),
    forms: ["{t} {h} Ltda.", "{t} {h} & {o}", "{t} Irmãos {h}, ME", "{t} {h} S/A"],
    departments: ["Setor Financeiro"],
  },
  gr: {
    heads: words(
      "Αιγαίο/Aegeo, Όλυμπος/Olympos, Κυκλάδες/Kyklades, Μακεδονία/Makedonia, Ιόνιο/Ionio, Δελφοί/Delfoi, Κρήτη/Kriti",
    ),
    trades: words(
      "Ναυτιλιακή/Naftiliaki, Εκδόσεις/Ekdoseis, Τρόφιμα/Trofima, Τουριστική/Touristiki, Κατασκευές/Kataskeves, Φαρμακείο/Farmakeio",
    ),
    forms: ["{t} {h} Α.Ε.", "{t} «{h}»", "{t} {h} Ε.Π.Ε."],
    departments: ["Τμήμα Λογιστηρίου"],
  },
  ua: {
    heads: words(
      "Карпати/Karpaty, Дніпро/Dnipro, Либідь/Lybid, Світанок/Svitanok, Калина/Kalyna, Поділля/Podillia, Обрій/Obrii",
    ),
    trades: words(
      "Логістика/Lohistyka, Видавництво/Vydavnytstvo, Агро/Ahro, Меблі/Mebli, Медіа/Media, Клініка/Klinika, Будсервіс/Budservis",
    ),
    forms: ["ТОВ «{h} {t}»", "{t} {h}", 'ПП "{h}-{t}"'],
    departments: ["Бухгалтерія"],
  },
  rs: {
    heads: words("Дунав/Dunav, Авала/Avala, Шумадија/Sumadija, Златибор/Zlatibor, Морава/Morava"),
    trades: words("Транспорт/Transport, Пекара/Pekara, Градња/Gradnja, Штампарија/Stamparija, Апотека/Apoteka"),
    forms: ["{t} {h} д.о.о.", "{h} {t}"],
    departments: ["Рачуноводство"],
  },
  ar: {
    heads: words(
      "الواحة/Alwaha, النخيل/Alnakheel, الأفق/Alofoq, الياسمين/Alyasmin, الخليج/Alkhaleej, الريادة/Alriyada, اللؤلؤة/Allulua",
    ),
    trades: words(
      "للتجارة/Trading, للمقاولات/Contracting, للنشر/Publishing, للسياحة/Travel, للتقنية/Tech, للأغذية/Foods",
    ),
    forms: ["شركة {h} {t}", "مؤسسة {h} {t}", "{h} {t} ش.م.م"],
    departments: ["قسم المحاسبة"],
  },
  he: {
    heads: words("הגליל/Hagalil, כרמל/Carmel, ארזים/Arazim, שחר/Shahar, אופק/Ofek, תבור/Tavor, ים תיכון/Yam-Tichon"),
    trades: words(
      "מערכות/Systems, הנדסה/Engineering, הוצאה לאור/Books, שיווק/Marketing, אדריכלים/Architects, מאפים/Bakery",
    ),
    // The common short form of "limited" holds a double quote.
    forms: ['{h} {t} בע"מ', "{h} {t}"],
    departments: ["מחלקת הנהלת חשבונות"],
  },
  hi: {
    heads: words("गंगा/Ganga, हिमालय/Himalaya, सूर्य/Surya, कमल/Kamal, नर्मदा/Narmada, मयूर/Mayur, अशोक/Ashok"),
    trades: words(
      "टेक्सटाइल्स/Textiles, लॉजिस्टिक्स/Logistics, प्रकाशन/Prakashan, फूड्स/Foods, इंजीनियरिंग/Engineering, मीडिया/Media, फार्मा/Pharma",
    ),
    forms: ["{h} {t} प्राइवेट लिमिटेड", "{h} {t}", "{h} {t} एंड संस"],
    departments: ["लेखा विभाग"],
  },
  jp: {
    heads: words(
      "青空/Aozora, 北斗/Hokuto, みどり/Midori, 富士見/Fujimi, 瀬戸内/Setouchi, 桜井/Sakurai, 東雲/Shinonome, 大和田/Owada, ひかり/Hikari, 白鳥/Shiratori",
    ),
    trades: words(
      "製作所/Seisakusho, 印刷/Insatsu, 物流/Butsuryu, 食品/Shokuhin, 設計/Sekkei, 出版/Shuppan, システム/Systems, 薬局/Yakkyoku",
    ),
    forms: ["株式会社{h}{t}", "{h}{t}株式会社", "有限会社{h}{t}", "{h}{t}"],
    departments: ["経理部", "情報システム部"],
  },
  cn: {
    heads: words(
      "华晨/Huachen, 远洋/Yuanyang, 锦绣/Jinxiu, 明德/Mingde, 江南/Jiangnan, 启航/Qihang, 云峰/Yunfeng, 和顺/Heshun",
    ),
    trades: words("科技/Keji, 贸易/Maoyi, 文化传媒/Chuanmei, 物流/Wuliu, 食品/Shipin, 建材/Jiancai"),
    forms: ["上海{h}{t}有限公司", "{h}{t}股份有限公司", "深圳市{h}{t}有限公司", "{h}{t}"],
    departments: ["财务部"],
  },
  kr: {
    heads: words("한빛/Hanbit, 가온/Gaon, 누리/Nuri, 다온/Daon, 새벽/Saebyeok, 미래/Mirae"),
    trades: words("소프트/Soft, 출판사/Books, 물류/Logistics, 식품/Foods, 디자인/Design, 건설/Construction"),
    forms: ["주식회사 {h}{t}", "(주){h}{t}", "{h}{t}"],
    departments: ["재무팀"],
  },
};

/** Written out, because no pattern gives them. The first three look like formulas to a spreadsheet and must survive the guard. */
export const UNUSUAL: readonly Company[] = [
  { name: "+Plus Partners", host: "plus-partners" },
  { name: "@home Media", host: "athome-media" },
  { name: "-40 Outfitters", host: "minus40-outfitters" },
  { name: 'The "Blue Door" Bakery', host: "bluedoor-bakery" },
  { name: '"Fifth & Main" Coffee Roasters, LLC', host: "fifthandmain" },
  { name: 'Ninety Inch Signs (90" and up)', host: "ninetyinch" },
  { name: "O'Leary, O'Leary & Quinn", host: "olearyquinn" },
  { name: "Smith; Jones; Baptiste", host: "smithjonesbaptiste" },
  { name: 'Kulturverein "Alte Schlosserei" e. V.', host: "alte-schlosserei" },
  { name: 'Librería "El Quijote", S.L.', host: "libreria-quijote" },
  { name: 'Товариство "Просвіта"', host: "prosvita" },
  { name: "1,001 Nights Hotels", host: "1001nights" },
  { name: "007 Locksmiths", host: "007locksmiths" },
  { name: "True North / Vrai Nord", host: "truenorth" },
  { name: "Café Zoë & Søn", host: "cafezoe" },
  { name: "🍋 Lemon Cart Co.", host: "lemoncart" },
];

export function makeCompany(market: Market, random: Random): Company {
  const style = STYLES[market];
  const heads = style.heads ?? people(market)[1];
  const head = random.pick(heads);
  const other = random.pick(heads.filter((word) => word !== head));
  const trade = random.pick(style.trades);
  const name = random
    .pick(style.forms)
    .replace("{h}", head.native)
    .replace("{o}", other.native)
    .replace("{t}", trade.native);
  return { name, host: slug(`${head.ascii} ${trade.ascii}`) };
}

/** The address-label habit: the department on a second line of the same field. */
export function withDepartment(company: Company, market: Market, random: Random): Company {
  return { ...company, name: `${company.name}\n${random.pick(STYLES[market].departments)}` };
}
