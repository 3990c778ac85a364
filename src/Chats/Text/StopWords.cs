using System.Text;

namespace Heretix.Chats.Text;

/// <summary>
/// Words that say nothing about a chat: the small words of the languages in which chats are most written, and what the app
/// itself writes. Which languages count is decided by how often their words occur.
/// </summary>
internal sealed class StopWords
{
    /// <summary>A language counts when so many of all words are small words of its own ...</summary>
    private const double LeastShare = 0.04;

    /// <summary>... and so many for each one of the language that has most.</summary>
    private const double LeastOfMost = 0.3;

    private static readonly (string Language, string Words)[] Lists =
    [
        (
            "en",
            """
            the and you your yours yourself yourselves she her hers herself him his himself its itself they them their theirs
            themselves what which who whom whose this that these those are was were been being have has had having does did
            doing but because until while for with about against between into through during before after above below from
            down out off over under again further then once here there when where why how all any both each few more most
            other some such nor not only own same than too very can will just don should now ain aren couldn didn doesn hadn
            hasn haven isn mightn mustn needn shan shouldn wasn weren won wouldn our ours ourselves myself would could also
            let yes yeah
            """
        ),
        (
            "romanised-hi",
            "hai hain mein aur kya toh bhi tha thi the hum yeh woh nahi kyu kyun kaise hota raha rahi rahe"
        ),
        (
            "es",
            """
            que los las del una uno unos unas por con para como más mas pero sus este esta esto estos estas ese esa eso esos
            esas entre cuando muy sin sobre también tambien hasta hay donde quien desde todo toda todos todas nos durante ni
            contra otros otra otro fue era han había porque qué ellos ella ellas nosotros mis tus está estás estoy están soy
            eres son ser tiene tengo ya sí así pues aquí ahí les te se cómo cuándo
            """
        ),
        (
            "pt",
            """
            que não nao uma uns umas com para por mais mas como dos das nos nas pelo pela seu sua seus suas quando muito
            também tambem até isso isto esse essa este esta ele ela eles elas você voce vocês está estou tem ser são era foi
            foram tinha depois sem mesmo aos quem nós meu minha meus minhas pra pro tá já só sim porque aqui ali lhe
            """
        ),
        (
            "de",
            """
            der die das den dem des ein eine einen einem einer eines und oder aber nicht ist sind war waren bin bist hat habe
            haben hast hatte ich wir ihr sie mich dich uns euch mir dir ihm ihn ihnen mein dein sein seine auch auf aus bei bis
            für fur mit nach noch nur schon sehr von vor wie was wenn wer weil zum zur über unter doch dann denn dass daß da
            hier dort kann kannst muss wird werden wurde man mal ja nein kein keine so als am im um zu
            """
        ),
        (
            "fr",
            """
            les des une est sont pas que qui quoi pour dans avec sur par plus mais ou où donc car ne se ce cette ces son ses
            leur leurs mon ton mes tes notre nos votre vos elle elles nous vous ils moi toi lui suis etait était être avoir
            fait ont avez avons tout tous toute toutes bien aussi comme quand sans très alors même encore déjà oui non cela ça
            """
        ),
        (
            "it",
            """
            che non per con una uno gli del della dello dei degli delle dal dalla nel nella sul sulla come più piu anche sono
            sei siamo era ero stato essere hai abbiamo hanno aveva avere questo questa questi queste quello quella quelli
            quando dove perché perche chi cosa mio mia tuo tua suo sua loro noi voi lui lei molto tutto tutti ancora già così
            """
        ),
        (
            "nl",
            """
            het een van dat die niet zijn was ben bent heb hebt heeft hebben had met voor aan ook maar als naar bij nog wel dan
            dit deze daar hier wat wie hoe waar want door over uit zou kan kun moet mijn jouw jullie wij zij hij haar hem ons
            veel zo geen omdat
            """
        ),
        (
            "id",
            """
            yang dan ini itu untuk dengan dari pada tidak tak ada akan juga saya aku kamu kita kami dia mereka sudah udah belum
            bisa nya apa siapa kenapa gimana kalau kalo karena tapi atau saja aja lagi sama dalam jadi seperti lebih masih
            banyak yg dgn gak nggak enggak nih sih dong deh kok
            """
        ),
        (
            "ms",
            """
            yang dan ini itu untuk dengan dari tidak tak ada akan juga saya aku awak kita kami dia mereka sudah dah belum boleh
            apa siapa kenapa macam kalau sebab tapi atau saja lagi sama dalam nak lah pun mana
            """
        ),
        (
            "tr",
            """
            bir bu şu ve ile için ama çok daha gibi kadar değil var yok mı mi mu mü ben sen biz siz onlar bana sana ona beni
            seni onu benim senin ne nasıl neden niye kim hangi her hiç şey ya da de ki olan oldu olur olarak sonra önce şimdi
            bile hem
            """
        ),
        (
            "ru",
            """
            что как это все так его она они оно мне меня тебе тебя нас нам вас вам ему них ним если или уже еще ещё только был
            была было были быть есть нет для при над под без про вот тут там где когда кто чем чтобы потом тоже очень надо
            можно мой моя твой твоя наш ваш этот эта эти тот той сейчас просто ну да не на из по от до за
            """
        ),
        (
            "uk",
            """
            що як це все так його вона вони мені мене тобі тебе нас нам вас вам йому якщо або вже ще тільки був була було були
            бути для при над під без про ось тут там коли хто щоб потім теж дуже треба можна мій моя твій твоя наш ваш цей ця
            """
        ),
        (
            "ar",
            """
            من في على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم نحن أنت انت أنا انا كان كانت يكون ما ماذا لا لم لن
            ليس قد كل بعد قبل عند حتى إذا اذا لكن ولكن أو او ثم كيف متى أين اين لماذا يا بس شو مش كده ايه اللي دي ده
            """
        ),
        (
            "fa",
            """
            این آن که را با از به در برای است بود هست نیست شد شده می‌شود من تو او ما شما آنها هم نه بله یک هر چه چی چرا کی کجا اگر
            ولی اما یا تا پس بعد قبل خیلی دیگه دیگر باید همه فقط
            """
        ),
        (
            "ur",
            """
            ہے ہیں تھا تھی تھے کا کی کے کو میں سے پر اور یہ وہ نہیں کیا کیوں کیسے بھی تو ہم آپ تم اس ان جو کہ ایک ہو رہا رہی رہے گا گی گے
            """
        ),
        (
            "hi",
            """
            है हैं था थी थे का की के को में से पर और यह वह ये वो नहीं क्या क्यों कैसे भी तो हम आप तुम मैं मुझे तुम्हें उसे इस उस जो कि एक हो रहा
            रही रहे गया गई गए कर करना लिए साथ अब जब तब कब कहाँ बहुत कुछ अपना अपने मेरा मेरी तेरा
            """
        ),
        (
            "pl",
            """
            nie jest się sie jak ale czy dla tak już juz tylko też tez był byla była było byli być byc mnie mam masz ma on ona
            oni ono ten ta to te tego tej tym tych przez przy pod nad bez bardzo może gdzie kiedy kto co bo żeby jeszcze tam
            tutaj mój moja twój twoja nas wam nam
            """
        ),
        (
            "sw",
            """
            kwa yake wake wangu yangu hii hiyo huyo hao wao yeye mimi wewe sisi ninyi ambao ambayo lakini kama pia sana tu bado
            tena hapa pale nini nani lini wapi kwani kuwa ndiyo hapana
            """
        ),
        (
            "bn",
            """
            আমি তুমি আপনি সে আমরা তারা এই ওই সেই কি কী কেন কোথায় কখন কিভাবে এবং আর কিন্তু না হয় হবে ছিল আছে করে করা থেকে জন্য সাথে একটা এক তো
            """
        ),
    ];

    private const string OfTheApp = """
        missed call voice video omitted media audio sticker gif document contact location deleted message attached null
        incoming outgoing ended declined cancelled unavailable calling ringing image photo file shared live
        """;

    private readonly Utf8Table words = new();
    private readonly List<uint> languages = [];
    private readonly uint always;

    private StopWords()
    {
        for (var list = 0; list < Lists.Length; list++)
            Add(Lists[list].Words, 1u << list);
        Add(OfTheApp, 1u << Lists.Length);
        always = (1u << Lists.Length) | 1u | 2u;
    }

    public static StopWords All { get; } = new();

    /// <summary>English, romanised Hindi and the words of the app, whatever a chat's language is.</summary>
    public uint Always => always;

    /// <summary>The languages of which a word is a small one, as bits; 0 for a word that says something.</summary>
    public uint LanguagesOf(ReadOnlySpan<byte> word) => words.Find(word) is >= 0 and var found ? languages[found] : 0;

    /// <summary>The languages in which a chat is written, as bits, <see cref="Always"/> among them.</summary>
    /// <param name="counts">For each language how often its small words occur.</param>
    /// <param name="total">All words.</param>
    public uint Decide(ReadOnlySpan<long> counts, long total)
    {
        long most = 0;
        foreach (var count in counts)
            most = Math.Max(most, count);
        var found = always;
        for (var list = 0; list < Lists.Length; list++)
        {
            if (counts[list] >= LeastShare * total && counts[list] >= LeastOfMost * most)
                found |= 1u << list;
        }
        return found;
    }

    /// <summary>How many lists of languages there are.</summary>
    public static int Count => Lists.Length;

    /// <summary>Names of languages given as bits.</summary>
    public static IReadOnlyList<string> Names(uint languages) =>
        [.. Lists.Where((_, list) => (languages & (1u << list)) != 0).Select(list => list.Language)];

    private void Add(string list, uint bit)
    {
        foreach (var word in list.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var number = words.Add(Encoding.UTF8.GetBytes(word));
            if (number == languages.Count)
                languages.Add(0);
            languages[number] |= bit;
        }
    }
}
