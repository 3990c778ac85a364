using Heretix.Chats.Chunking;

namespace Heretix.Tests.Unit.Chats;

/// <summary>Chunks, among them the reference cases by their numbers.</summary>
public sealed class ChunkingTests
{
    private static readonly DateTime Start = new(2024, 3, 12, 10, 15, 0);

    [Fact]
    public void Case_47_short_messages_are_one_chunk() =>
        Chunks([.. Enumerable.Range(0, 10).Select(n => (n, "hi"))])
            .ShouldHaveSingleItem()
            .MessageIds.Count.ShouldBe(10);

    [Fact]
    public void Case_48_a_gap_does_not_cut_a_small_chunk() => Chunks((0, "hi"), (11, "yo")).Count.ShouldBe(1);

    [Theory]
    [InlineData(11, 2)]
    [InlineData(10, 1)]
    public void Cases_49_and_50_a_gap_of_more_than_ten_minutes_cuts_a_large_one(int minutes, int chunks) =>
        Chunks((0, new string('x', 3300)), (minutes, "yo")).Count.ShouldBe(chunks);

    [Fact]
    public void Case_51_the_last_small_chunk_is_there() =>
        Chunks((0, new string('x', 3300)), (20, "yo"))[1].Text.ShouldEndWith(": yo");

    [Fact]
    public void Case_52_the_form_of_a_line() => Chunks((0, "hi"))[0].Text.ShouldBe("[12/03/24, 10:15:00 AM] Ann: hi");

    [Fact]
    public void A_chunk_that_is_large_enough_is_cut_before_it_would_be_too_large()
    {
        var chunks = Chunks([.. Enumerable.Range(0, 40).Select(n => (n, new string('x', 370)))]);
        chunks.Count.ShouldBe(4);
        chunks.ShouldAllBe(chunk => chunk.Tokens <= 1000);
        chunks.SelectMany(chunk => chunk.MessageIds).ShouldBe(Enumerable.Range(0, 40));
        chunks.Select(chunk => chunk.Index).ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public void An_oversized_message_is_split_and_nothing_of_it_is_lost()
    {
        var text = string.Join(' ', Enumerable.Range(0, 5000).Select(n => $"w{n}"));
        var chunks = Chunks((0, "before"), (1, text), (2, "after"));
        chunks.ShouldAllBe(chunk => chunk.Tokens <= 1000);
        var said = string.Join(' ', chunks.Select(chunk => chunk.Text))
            .Split([' ', '\n'])
            .Where(word => word.StartsWith('w'));
        said.ShouldBe(text.Split(' '));
        chunks.Count(chunk => chunk.MessageIds.Contains(1)).ShouldBeGreaterThan(6);
        chunks[^1].MessageIds.ShouldContain(2);
    }

    [Fact]
    public void An_oversized_message_without_spaces_is_split_between_characters()
    {
        var text = string.Concat(Enumerable.Repeat("🦄", 9000));
        var chunks = Chunks((0, text));
        chunks.ShouldAllBe(chunk => chunk.Tokens <= 1000);
        string.Concat(chunks.Select(chunk => chunk.Text[(chunk.Text.IndexOf("Ann: ", StringComparison.Ordinal) + 5)..]))
            .ShouldBe(text);
    }

    [Fact]
    public void A_chunk_knows_its_speakers_and_times()
    {
        var chunk = ConversationChunks
            .Of([
                ("a", Start, "Ann", "hi"),
                ("b", Start.AddMinutes(5), null, "yo"),
                ("c", Start.AddMinutes(9), "Ann", "x"),
            ])
            .ShouldHaveSingleItem();
        chunk.Speakers.ShouldBe(["Ann", "Unknown"]);
        (chunk.Start, chunk.End, chunk.TimeSpanMinutes).ShouldBe((Start, Start.AddMinutes(9), 9));
    }

    private static List<MessageChunk<int>> Chunks(params (int Minute, string Text)[] messages) =>
        [
            .. ConversationChunks.Of(
                messages.Select((message, n) => (n, Start.AddMinutes(message.Minute), (string?)"Ann", message.Text))
            ),
        ];
}
