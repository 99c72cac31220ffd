/** People's names by market. A name in another script carries its Latin spelling, because e-mail addresses are ASCII. */

export interface Word {
  readonly native: string;
  readonly ascii: string;
}

export type Market = keyof typeof PEOPLE;

export interface Person {
  readonly first: Word;
  readonly last: Word;
}

const LETTERS: Readonly<Record<string, string>> = { ß: "ss", ø: "o", æ: "ae", å: "a", ł: "l", Ł: "L", Ø: "O", Å: "A" };

/** "Anna, Łukasz, Олена/Olena": after the slash the Latin spelling, where dropping accents does not give it. */
export function words(text: string): readonly Word[] {
  return text.split(", ").map((entry) => {
    const [native = "", latin = native] = entry.split("/");
    const ascii = latin
      .replace(/[ßøæåłŁØÅ]/g, (letter) => LETTERS[letter] ?? letter)
      .normalize("NFD")
      .replace(/[^\x20-\x7e]/g, "");
    return { native, ascii };
  });
}

/** For addresses, handles and host names. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/['.]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

// Last names are ones that do not change with gender, so that any first name fits.
const PEOPLE = {
  us: [
    words(
      "Emily, Jacob, Hannah, Tyler, Maya, Ethan, Olivia, Marcus, Grace, Noah, Latoya, Caleb, Renee, Derek, Abigail, Jamal, Kelsey, Ryan, Monique, Spencer, Alicia, Trevor, Janelle, Cody, Vanessa, Wesley",
    ),
    words(
      "Hartwell, Brooks, Ramirez, Whitaker, Coleman, Nguyen, Sullivan, Barnes, O'Neill, Delgado, Pruitt, Caldwell, Mercer, Vaughn, Okafor, Lindstrom, Park, Fitzgerald, Lowery, Castillo, Hayes, McAllister, Shah, Tran, Underwood, Beckett",
    ),
  ],
  uk: [
    words(
      "Charlotte, Oliver, Imogen, Harry, Freya, Rhys, Niamh, Callum, Poppy, Alistair, Zara, Gareth, Isla, Rupert, Siân, Declan",
    ),
    words(
      "Ashworth, Pemberton, Hughes, MacLeod, Thackeray, Okonkwo, Llewellyn, Fairclough, Begum, Whitcombe, Doherty, Sinclair, Rowntree, Patel, Holloway, Birch",
    ),
  ],
  de: [
    words(
      "Anna, Jonas, Lena, Stefan, Sabine, Jürgen, Käthe, Matthias, Ursula, Björn, Franziska, Tobias, Heike, Günter, Miriam, Florian",
    ),
    words(
      "Müller, Schäfer, Vogt, Köhler, Weiß, Brandt, Krämer, Lindner, Böhm, Hoffmann, Straßer, Winkler, Groß, Zimmermann, Jäger, Pfeiffer",
    ),
  ],
  fr: [
    words(
      "Camille, Étienne, Chloé, Benoît, Aurélie, Mathieu, Inès, François, Zoé, Jérôme, Maëlle, Loïc, Hélène, Rémi, Noémie, Théo",
    ),
    words(
      "Lefèvre, Moreau, Garçon, Dubois, Béranger, Lambert, Girard, Fontaine, Chevallier, Delacroix, Perrin, Rousseau, Noël, Mercier, Barthélemy, Guérin",
    ),
  ],
  es: [
    words("María, Álvaro, Lucía, Íñigo, Begoña, Javier, Inés, Andrés, Rocío, Joaquín, Nuria, Sebastián, Pilar, Óscar"),
    words(
      "García, Muñoz, Ibáñez, Peña, Núñez, Ortega, Vázquez, Serrano, Giménez, Castaño, Herrero, Rubio, Cortés, Soler",
    ),
  ],
  it: [
    words("Giulia, Niccolò, Francesca, Matteo, Chiara, Lorenzo, Elisa, Davide, Martina, Pietro, Beatrice, Luca"),
    words(
      "Ferraro, Bianchi, Lo Cascio, D'Angelo, Moretti, Colombo, Galli, Marchetti, Pellegrini, Fabbri, Villa, Nicolò",
    ),
  ],
  nordic: [
    words("Åsa, Søren, Linnéa, Björn, Maja, Øyvind, Ingrid, Mikkel, Frida, Lars, Sigrid, Anders"),
    words("Sjöberg, Østergaard, Lindqvist, Håkansson, Nygård, Sørensen, Bergström, Dahl, Kjær, Åkesson, Holm, Ström"),
  ],
  pl: [
    words("Łukasz, Agnieszka, Michał, Małgorzata, Paweł, Zofia, Wojciech, Bożena, Stanisław, Kinga"),
    words("Wójcik, Nowak, Woźniak, Zając, Król, Kaczmarek, Wróbel, Mazur, Krawczyk, Dąbek"),
  ],
  br: [
    words(
      "Ana, João, Letícia, Thiago, Conceição, Rafael, Júlia, Antônio, Débora, Caio, Patrícia, Vinícius, Márcia, Estêvão",
    ),
    words(
      "Silva, Gonçalves, Araújo, Carvalho, Simões, Magalhães, Brandão, Nascimento, Assunção, Teixeira, Falcão, Queiroz, Leão, Moura",
    ),
  ],
  gr: [
    words(
      "Ελένη/Eleni, Γιώργος/Giorgos, Κατερίνα/Katerina, Νίκος/Nikos, Δήμητρα/Dimitra, Κώστας/Kostas, Ιωάννα/Ioanna, Σπύρος/Spyros, Αγγελική/Angeliki, Θανάσης/Thanasis",
    ),
    words(
      "Οικονόμου/Oikonomou, Γεωργίου/Georgiou, Παπανικολάου/Papanikolaou, Αντωνίου/Antoniou, Βασιλείου/Vasileiou, Δημητρίου/Dimitriou, Αλεξίου/Alexiou, Αποστόλου/Apostolou",
    ),
  ],
  ua: [
    words(
      "Олена/Olena, Андрій/Andrii, Оксана/Oksana, Богдан/Bohdan, Наталія/Nataliia, Тарас/Taras, Юлія/Yuliia, Сергій/Serhii, Ірина/Iryna, Максим/Maksym",
    ),
    words(
      "Шевченко/Shevchenko, Коваленко/Kovalenko, Ткачук/Tkachuk, Бондаренко/Bondarenko, Мельник/Melnyk, Кравчук/Kravchuk, Лисенко/Lysenko, Гончар/Honchar",
    ),
  ],
  rs: [
    words(
      "Милица/Milica, Никола/Nikola, Јелена/Jelena, Стефан/Stefan, Љубица/Ljubica, Душан/Dusan, Ђорђе/Djordje, Тијана/Tijana",
    ),
    words(
      "Јовановић/Jovanovic, Петровић/Petrovic, Николић/Nikolic, Ђорђевић/Djordjevic, Илић/Ilic, Стојановић/Stojanovic, Љубојевић/Ljubojevic",
    ),
  ],
  ar: [
    words(
      "ليلى/Layla, أحمد/Ahmed, فاطمة/Fatima, يوسف/Youssef, نور/Nour, خالد/Khaled, سلمى/Salma, عمر/Omar, هدى/Huda, طارق/Tariq",
    ),
    words(
      "المنصوري/Almansoori, الحداد/Alhaddad, النجار/Alnajjar, الخطيب/Alkhatib, العلي/Alali, الشامي/Alshami, الفارسي/Alfarsi, القحطاني/Alqahtani",
    ),
  ],
  he: [
    words("נועה/Noa, איתן/Eitan, תמר/Tamar, יואב/Yoav, מאיה/Maya, אורי/Uri, שירה/Shira, דניאל/Daniel"),
    words(
      "כהן/Cohen, לוי/Levi, מזרחי/Mizrahi, פרידמן/Friedman, ביטון/Biton, שפירא/Shapira, אברהמי/Avrahami, גולן/Golan",
    ),
  ],
  hi: [
    words(
      "प्रिया/Priya, अर्जुन/Arjun, काव्या/Kavya, रोहन/Rohan, अनन्या/Ananya, विक्रम/Vikram, मीरा/Meera, सिद्धार्थ/Siddharth, नेहा/Neha, आदित्य/Aditya",
    ),
    words(
      "शर्मा/Sharma, वर्मा/Verma, गुप्ता/Gupta, मिश्रा/Mishra, जोशी/Joshi, त्रिपाठी/Tripathi, अग्रवाल/Agrawal, देशमुख/Deshmukh",
    ),
  ],
  jp: [
    words(
      "健一/Kenichi, 美咲/Misaki, 大輔/Daisuke, 陽子/Yoko, 翔太/Shota, 真由美/Mayumi, 直樹/Naoki, 彩香/Ayaka, 拓也/Takuya, 恵子/Keiko, 亮/Ryo, 千尋/Chihiro",
    ),
    words(
      "佐藤/Sato, 鈴木/Suzuki, 高橋/Takahashi, 渡辺/Watanabe, 伊藤/Ito, 山本/Yamamoto, 中村/Nakamura, 小林/Kobayashi, 吉田/Yoshida, 松本/Matsumoto, 斎藤/Saito, 清水/Shimizu",
    ),
  ],
  cn: [
    words(
      "小明/Xiaoming, 丽华/Lihua, 建国/Jianguo, 雅婷/Yating, 志强/Zhiqiang, 思远/Siyuan, 佳怡/Jiayi, 文博/Wenbo, 雨桐/Yutong, 俊杰/Junjie",
    ),
    words("王/Wang, 李/Li, 张/Zhang, 陈/Chen, 刘/Liu, 黄/Huang, 林/Lin, 周/Zhou, 欧阳/Ouyang"),
  ],
  kr: [
    words("민준/Minjun, 서연/Seoyeon, 지훈/Jihoon, 수빈/Subin, 도현/Dohyun, 하은/Haeun, 예진/Yejin, 성민/Sungmin"),
    words("김/Kim, 이/Lee, 박/Park, 최/Choi, 정/Jung, 강/Kang, 윤/Yoon, 남궁/Namgung"),
  ],
} as const;

/** Northwind sells mostly where English is spoken; the numbers are shares. */
export const MARKETS: readonly (readonly [Market, number])[] = [
  ["us", 34],
  ["uk", 12],
  ["de", 9],
  ["fr", 7],
  ["br", 7],
  ["jp", 6],
  ["es", 5],
  ["it", 4],
  ["nordic", 3],
  ["hi", 3],
  ["ar", 3],
  ["cn", 3],
  ["pl", 2],
  ["gr", 2],
  ["ua", 2],
  ["he", 2],
  ["kr", 2],
  ["rs", 1],
];

export function people(market: Market): readonly [first: readonly Word[], last: readonly Word[]] {
  return PEOPLE[market];
}

/** Japanese, Chinese and Korean write the family name first. */
export function fullName(person: Person, market: Market): string {
  const { first, last } = person;
  if (market === "jp") return `${last.native} ${first.native}`;
  if (market === "cn" || market === "kr") return last.native + first.native;
  return `${first.native} ${last.native}`;
}
