using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Heretix.Chats;
using Heretix.Chats.Chunking;
using Heretix.Chats.Statistics;

namespace Heretix.Benchmarks.Chats;

/// <summary>
/// Exports of 40,000, 200,000 and 1,000,000 messages by our parser and by the npm package whatsapp-chat-parser: each in its
/// own process, text in memory, warm, median of 5. Then parsing and counting from a file, with the memory of a process that
/// does nothing else, and chunking.
/// </summary>
internal static class ChatParsing
{
    private const int Runs = 5;

    public static Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--file", var path])
            return CountAsync(path);
        var folder = Directory.CreateTempSubdirectory("heretix-chats-").FullName;
        try
        {
            Console.WriteLine(
                "| messages | size, MB | ours, ms | npm, ms | times as fast | with statistics, ms | peak memory, MB |"
            );
            Console.WriteLine("|---|---|---|---|---|---|---|");
            foreach (var messages in (int[])[40_000, 200_000, 1_000_000])
                Measure(messages, Path.Combine(folder, messages + ".txt"));
            Chunking();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return Task.FromResult(0);
    }

    private static void Measure(int messages, string file)
    {
        var text = ChatText.Write(messages);
        File.WriteAllBytes(file, text);
        var ours = Median(() => Parse(text, null));
        var counted = Median(() => Parse(text, new StatisticsBuilder()));
        var npm = Npm(file, messages);
        Console.WriteLine(
            FormattableString.Invariant(
                $"| {messages:#,0} | {text.Length / 1e6:0.0} | {ours:0} | {npm:0} | {npm / ours:0.0} | {counted:0} | {Peak(file):0} |"
            )
        );
    }

    private static long Parse(byte[] text, StatisticsBuilder? statistics)
    {
        using var stream = new MemoryStream(text);
        return Parse(stream, statistics);
    }

    private static long Parse(Stream stream, StatisticsBuilder? statistics)
    {
        using var export = ((ChatOpening.Opened)ChatExport.Open(stream)).Export;
        using var reader = export.Read();
        while (reader.Read())
            statistics?.Add(reader.Current);
        statistics?.Build(reader.Authors);
        return reader.Count;
    }

    /// <summary>What a process of its own does: parse and count a file, then say how much memory it ever had.</summary>
    private static Task<int> CountAsync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        Parse(file, new StatisticsBuilder());
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]);
        return Task.FromResult(0);
    }

    private static double Peak(string file)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ChatParsing).Assembly.Location);
        foreach (var argument in (string[])["chat-parse", "--file", file])
            start.ArgumentList.Add(argument);
        return double.Parse(Output(start), CultureInfo.InvariantCulture) / 1024;
    }

    private static double Npm(string file, int messages)
    {
        var root = Root();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true };
        foreach (
            var argument in (string[])
                [
                    "--max-old-space-size=8192",
                    Path.Combine(AppContext.BaseDirectory, "Chats", "whatsapp-chat-parser.mjs"),
                    root,
                    file,
                    Runs.ToString(CultureInfo.InvariantCulture),
                ]
        )
            start.ArgumentList.Add(argument);
        var answer = JsonNode.Parse(Output(start))!;
        if (answer["messages"]!.GetValue<int>() != messages)
            throw new InvalidOperationException($"the package found {answer["messages"]} messages, not {messages}");
        double[] times = [.. answer["times"]!.AsArray().Select(time => time!.GetValue<double>())];
        Array.Sort(times);
        return times[times.Length / 2];
    }

    private static string Output(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}");
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "node_modules", "whatsapp-chat-parser")))
                return folder.FullName;
        }
        throw new InvalidOperationException("run `npm ci` first");
    }

    private static void Chunking()
    {
        const int messages = 100_000;
        using var stream = new MemoryStream(ChatText.Write(messages));
        using var export = ((ChatOpening.Opened)ChatExport.Open(stream)).Export;
        using var reader = export.Read();
        var all = new List<(long, DateTime, string?, string)>();
        while (reader.Read())
        {
            var message = reader.Current;
            all.Add((message.Sequence, message.Timestamp, message.GetAuthor(), message.GetText()));
        }
        var chunks = 0;
        var time = Median(() => chunks = ConversationChunks.Of(all).Count());
        Console.WriteLine(
            FormattableString.Invariant($"\nchunking {messages:#,0} messages into {chunks:#,0}: {time:0} ms")
        );
    }

    private static double Median(Func<long> work)
    {
        // Warm: long enough for the last compilation.
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < TimeSpan.FromSeconds(3); )
            work();
        var times = new double[Runs];
        for (var run = 0; run < Runs; run++)
        {
            var clock = Stopwatch.GetTimestamp();
            work();
            times[run] = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        }
        Array.Sort(times);
        return times[Runs / 2];
    }
}
