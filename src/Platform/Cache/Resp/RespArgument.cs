using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Heretix.Platform.Cache.Resp;

/// <summary>One argument of a command: text, bytes or a number. It is written at once, so nothing has to be kept.</summary>
internal readonly struct RespArgument
{
    private readonly string? text;
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly long number;
    private readonly bool isNumber;

    private RespArgument(string text) => this.text = text;

    private RespArgument(ReadOnlyMemory<byte> bytes) => this.bytes = bytes;

    private RespArgument(long number) => (this.number, isNumber) = (number, true);

    public static implicit operator RespArgument(string text) => new(text);

    public static implicit operator RespArgument(ReadOnlyMemory<byte> bytes) => new(bytes);

    public static implicit operator RespArgument(byte[] bytes) => new(bytes.AsMemory());

    public static implicit operator RespArgument(long number) => new(number);

    /// <summary>Writes a command as an array of bulk strings.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<RespArgument> command)
    {
        WriteHeader(output, (byte)'*', command.Length);
        foreach (ref readonly var argument in command)
            argument.Write(output);
    }

    private void Write(IBufferWriter<byte> output)
    {
        if (text is not null)
        {
            WriteHeader(output, (byte)'$', Encoding.UTF8.GetByteCount(text));
            Encoding.UTF8.GetBytes(text, output);
        }
        else if (isNumber)
        {
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(number, digits, out var length);
            WriteHeader(output, (byte)'$', length);
            output.Write(digits[..length]);
        }
        else
        {
            WriteHeader(output, (byte)'$', bytes.Length);
            output.Write(bytes.Span);
        }
        output.Write("\r\n"u8);
    }

    private static void WriteHeader(IBufferWriter<byte> output, byte type, int count)
    {
        var span = output.GetSpan(16);
        span[0] = type;
        Utf8Formatter.TryFormat(count, span[1..], out var length);
        span[length + 1] = (byte)'\r';
        span[length + 2] = (byte)'\n';
        output.Advance(length + 3);
    }
}
