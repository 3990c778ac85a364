using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx chat</c>: what a chat export says, offline.</summary>
internal static class ChatVerb
{
    public static Command Create(Surroundings around) =>
        new VerbCommand(
            "chat",
            "Read chat exports of WhatsApp, Telegram and Instagram, offline",
            "hx chat parse chat.zip > messages.jsonl",
            "hx chat parse chat.txt --parquet --out messages.parquet",
            "hx chat stats chat.txt",
            "hx chat stats chat.txt --html --out chat.html",
            "hx chat anonymize chat.txt --seed 7 > shared.txt"
        )
        {
            ChatParseVerb.Create(around),
            ChatStatsVerb.Create(around),
            ChatAnonymizeVerb.Create(around),
        };
}
