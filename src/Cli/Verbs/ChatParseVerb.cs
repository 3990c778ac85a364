using System.CommandLine;
using System.Text;
using Heretix.Chats;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Lake;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx chat parse</c>: every message as a line of JSON, a row of CSV or of Parquet.</summary>
internal sealed class ChatParseVerb
{
    private readonly ChatSelection chat = new();
    private readonly Option<bool> json = new("--json") { Description = "One JSON object a line (the default)" };
    private readonly Option<bool> csv = new("--csv") { Description = "CSV with a header line" };
    private readonly Option<bool> parquet = new("--parquet") { Description = "Parquet; needs --out" };
    private readonly Option<bool> summary = new("--summary")
    {
        Description = "Print how the file was understood after the messages, not on standard error",
    };
    private readonly Option<string?> outFile = new("--out", "-o")
    {
        Description = "Write the messages to this file",
        HelpName = "FILE",
    };
    private readonly Surroundings around;

    private ChatParseVerb(Surroundings around) => this.around = around;

    public static Command Create(Surroundings around)
    {
        var parse = new ChatParseVerb(around);
        var verb = new VerbCommand(
            "parse",
            "Write every message as JSON, CSV or Parquet",
            "hx chat parse chat.zip | jq 'select(.kind == \"text\") | .author' | sort | uniq -c",
            "hx chat parse chat.txt --csv --out messages.csv",
            "hx chat parse chat.txt --parquet --out messages.parquet",
            "hx chat parse chat.txt --summary | tail -1 | jq   # format, order of dates, what was not understood"
        )
        {
            parse.json,
            parse.csv,
            parse.parquet,
            parse.summary,
            parse.outFile,
        };
        parse.chat.AddTo(verb);
        verb.SetAction((parsed, stop) => Stoppable.RunAsync(around, stopped => parse.RunAsync(parsed, stopped), stop));
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var format = Format(parsed);
        var path = parsed.GetValue(outFile);
        if (format == FileFormat.Parquet && path is null)
            throw new UserErrorException("Parquet is not text: name a file for it with --out", ExitCode.Usage);
        var target = path is null ? null : TargetFile.Prepare(path, StoreLocation.ExportRoot(null, around));
        if (target is not null && target == chat.FullPath(parsed))
            throw new UserErrorException("--out names the file that is read", ExitCode.Usage);
        await using var stream = chat.Stream(parsed);
        using var export = chat.Open(parsed, stream, stop);
        using var reader = export.Read();
        var messages = new ChatSummary();
        Write(format, target, reader, messages, stop);
        // CSV on standard output stays CSV.
        var beside = target is not null || format == FileFormat.JsonLines ? around.Out : around.Error;
        await (parsed.GetValue(summary) ? beside : around.Error).WriteLineAsync(messages.Json(export.Format, reader));
        return ExitCode.Ok;
    }

    private void Write(
        FileFormat format,
        string? target,
        ChatReader reader,
        ChatSummary summary,
        CancellationToken stop
    )
    {
        if (format == FileFormat.Parquet)
        {
            MessageFile.WriteParquet(target!, Rows(reader, summary), stop);
            return;
        }
        if (target is null)
        {
            using var output = new ChunkedWriter(around.Out);
            WriteText(format, output, reader, summary, stop);
            return;
        }
        var beside = target + ".partial";
        try
        {
            using (var output = new StreamWriter(beside, append: false, new UTF8Encoding(false)))
                WriteText(format, output, reader, summary, stop);
            File.Move(beside, target, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static void WriteText(
        FileFormat format,
        TextWriter output,
        ChatReader reader,
        ChatSummary summary,
        CancellationToken stop
    )
    {
        using var lines = new ChatLines(output);
        if (format == FileFormat.Csv)
            ChatCsv.WriteHead(output);
        while (reader.Read())
        {
            stop.ThrowIfCancellationRequested();
            var message = reader.Current;
            summary.Add(message);
            if (format == FileFormat.Csv)
                ChatCsv.Write(output, message);
            else
                lines.Write(message);
        }
    }

    private static IEnumerable<MessageRow> Rows(ChatReader reader, ChatSummary summary)
    {
        while (reader.Read())
            yield return Row(reader.Current, summary);
    }

    private static MessageRow Row(in MessageView message, ChatSummary summary)
    {
        summary.Add(message);
        return new MessageRow
        {
            Sequence = message.Sequence,
            Timestamp = message.Timestamp,
            Author = message.GetAuthor(),
            Kind = KindNames.Of(message.Kind),
            Media = message.Media == MediaKind.Unknown ? null : KindNames.Of(message.Media),
            File = message.FileName.IsEmpty ? null : Encoding.UTF8.GetString(message.FileName),
            Edited = message.Edited,
            Text = message.GetText(),
        };
    }

    private FileFormat Format(ParseResult parsed)
    {
        var (asJson, asCsv, asParquet) = (parsed.GetValue(json), parsed.GetValue(csv), parsed.GetValue(parquet));
        if ((asJson ? 1 : 0) + (asCsv ? 1 : 0) + (asParquet ? 1 : 0) > 1)
            throw new UserErrorException("--json, --csv and --parquet exclude each other", ExitCode.Usage);
        return asCsv ? FileFormat.Csv
            : asParquet ? FileFormat.Parquet
            : FileFormat.JsonLines;
    }
}
