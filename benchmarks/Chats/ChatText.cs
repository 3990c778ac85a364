using System.Globalization;
using System.Text;

namespace Heretix.Benchmarks.Chats;

/// <summary>A WhatsApp export of any size, about 80 bytes a message, with words that follow Zipf's law.</summary>
internal static class ChatText
{
    private static readonly string[] People = ["Ann", "Bob", "Zoë", "Max Power", "+44 7700 900123"];

    public static byte[] Write(int messages)
    {
        var chance = new Random(7);
        var words = Enumerable.Range(0, 40_000).Select(n => Word(n, chance)).ToArray();
        var text = new StringBuilder(messages * 82);
        var time = new DateTime(2019, 1, 1, 8, 0, 0);
        for (var n = 0; n < messages; n++)
        {
            time = time.AddSeconds(chance.Next(chance.Next(20) == 0 ? 3000 : 200));
            text.Append(time.ToString("dd/MM/yyyy, HH:mm", CultureInfo.InvariantCulture))
                .Append(" - ")
                .Append(People[chance.Next(People.Length)])
                .Append(": ");
            if (chance.Next(20) == 0)
                text.Append("<Media omitted>");
            else
                Say(text, words, chance);
            text.Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Say(StringBuilder text, string[] words, Random chance)
    {
        for (var left = 1 + chance.Next(18); left > 0; left--)
        {
            text.Append(words[(int)(words.Length * Math.Pow(chance.NextDouble(), 4))]);
            text.Append(
                left == 1 ? ""
                : chance.Next(60) == 0 ? "\n"
                : " "
            );
        }
        switch (chance.Next(40))
        {
            case < 3:
                text.Append(" 😂👍🏽");
                break;
            case 3:
                text.Append(" https://example.org/").Append(chance.Next(100_000));
                break;
        }
    }

    private static string Word(int number, Random chance)
    {
        const string letters = "etaoinshrdlcumwfgypbvk";
        const string foreign = "éüñßйкदम";
        var word = new StringBuilder();
        for (var left = 2 + chance.Next(number < 200 ? 4 : 8); left > 0; left--)
            word.Append(letters[chance.Next(letters.Length)]);
        if (number % 25 == 24)
            word.Append(foreign[chance.Next(foreign.Length)]);
        return word.ToString();
    }
}
