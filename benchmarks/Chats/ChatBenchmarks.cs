using BenchmarkDotNet.Attributes;
using Heretix.Chats;
using Heretix.Chats.Statistics;

namespace Heretix.Benchmarks.Chats;

/// <summary>One small chat: both passes, and everything that is counted.</summary>
[MemoryDiagnoser]
public class ChatBenchmarks
{
    private readonly byte[] text = ChatText.Write(5_000);

    [Benchmark(Baseline = true)]
    public long Parse() => Read(null);

    [Benchmark]
    public long ParseAndCount() => Read(new StatisticsBuilder());

    private long Read(StatisticsBuilder? statistics)
    {
        using var stream = new MemoryStream(text);
        using var export = ((ChatOpening.Opened)ChatExport.Open(stream)).Export;
        using var reader = export.Read();
        while (reader.Read())
            statistics?.Add(reader.Current);
        return reader.Count;
    }
}
