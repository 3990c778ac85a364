using System.Buffers;
using System.Text.Json;

namespace Heretix.Chats.Input;

/// <summary>
/// The objects of the array <c>messages</c> in a JSON document, one at a time, and the texts beside it; the document need
/// not fit into memory.
/// </summary>
internal sealed class JsonRecords(Stream stream) : IDisposable
{
    private const int LongestRecord = 16 << 20;
    private readonly Dictionary<string, string> texts = [];
    private readonly HashSet<string> properties = [];
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int start;
    private int end;
    private bool ended;
    private bool inMessages;
    private JsonReaderState state;
    private string? property;
    private long before;

    /// <summary>Texts that stand beside the messages, as far as they were read.</summary>
    public IReadOnlyDictionary<string, string> Texts => texts;

    /// <summary>Names of everything beside the messages, as far as it was read.</summary>
    public IReadOnlySet<string> Properties => properties;

    /// <summary>Goes to the next record.</summary>
    /// <param name="record">The object, valid until the next call.</param>
    /// <exception cref="InvalidDataException">The JSON is damaged or ends too early.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> record)
    {
        try
        {
            while (true)
            {
                if (TryReadFromBuffer(out record))
                    return true;
                if (ended)
                    return false;
                Fill();
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"the JSON is damaged behind byte {before}", broken);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        stream.Dispose();
    }

    private bool TryReadFromBuffer(out ReadOnlyMemory<byte> record)
    {
        record = default;
        var window = buffer.AsSpan(start, end - start);
        var reader = new Utf8JsonReader(window, ended, state);
        while (true)
        {
            var complete = reader;
            if (!reader.Read())
            {
                Keep(reader);
                return false;
            }
            if (inMessages)
            {
                if (reader.TokenType == JsonTokenType.EndArray)
                {
                    inMessages = false;
                    continue;
                }
                var from = (int)reader.TokenStartIndex;
                if (!reader.TrySkip())
                {
                    Keep(complete);
                    return false;
                }
                record = buffer.AsMemory(start + from, (int)reader.BytesConsumed - from);
                Keep(reader);
                return true;
            }
            Look(ref reader);
        }
    }

    /// <summary>What stands beside the messages.</summary>
    private void Look(ref Utf8JsonReader reader)
    {
        if (reader.CurrentDepth != 1)
            return;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                property = reader.GetString();
                if (properties.Count < 100)
                    properties.Add(property!);
                break;
            case JsonTokenType.String when property is not null && texts.Count < 100:
                texts[property] = reader.GetString()!;
                break;
            case JsonTokenType.StartArray:
                inMessages = property == "messages";
                break;
        }
    }

    private void Keep(in Utf8JsonReader reader)
    {
        state = reader.CurrentState;
        start += (int)reader.BytesConsumed;
        before += reader.BytesConsumed;
    }

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length)
        {
            if (buffer.Length >= LongestRecord)
                throw new InvalidDataException($"the JSON has a record larger than {LongestRecord >> 20} MB");
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        var read = stream.Read(buffer, end, buffer.Length - end);
        end += read;
        ended = read == 0;
    }
}
