using System.Buffers.Binary;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Heretix.Chats.Anonymising;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx chat anonymize</c>: the same chat with pseudonyms.</summary>
internal static class ChatAnonymizeVerb
{
    public static Command Create(Surroundings around)
    {
        var chat = new ChatSelection();
        var seed = OptionValues.Seed("--seed", "The same seed gives the same pseudonyms (default: drawn, and said)");
        var outFile = new Option<string?>("--out", "-o") { Description = "Write to this file", HelpName = "FILE" };
        var verb = new VerbCommand(
            "anonymize",
            "Replace names, numbers, addresses, links and files by pseudonyms",
            "hx chat anonymize chat.txt > shared.txt",
            "hx chat anonymize chat.zip --seed 7 --out shared.txt"
        )
        {
            seed,
            outFile,
        };
        chat.AddTo(verb);
        verb.SetAction(
            (parsed, stop) =>
                Stoppable.RunAsync(
                    around,
                    async stopped =>
                    {
                        var path = parsed.GetValue(outFile);
                        var target = path is null
                            ? null
                            : TargetFile.Prepare(path, StoreLocation.ExportRoot(null, around));
                        if (target is not null && target == chat.FullPath(parsed))
                            throw new UserErrorException("--out names the file that is read", ExitCode.Usage);
                        await using var stream = chat.Stream(parsed);
                        using var export = chat.Open(parsed, stream, stopped);
                        var drawn = parsed.GetValue(seed) ?? Draw();
                        long messages;
                        if (target is null)
                        {
                            await using var output = new TextStream(around.Out);
                            messages = ChatAnonymiser.Write(export, output, drawn, stopped);
                        }
                        else
                            messages = ToFile(target, output => ChatAnonymiser.Write(export, output, drawn, stopped));
                        await around.Error.WriteLineAsync(
                            $"hx: {Say.Count(messages, "message")}, seed {drawn}. What people wrote about each other is still there: read it before you share it"
                        );
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return verb;
    }

    private static ulong Draw()
    {
        Span<byte> drawn = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(drawn);
        return BinaryPrimitives.ReadUInt64LittleEndian(drawn);
    }

    private static long ToFile(string target, Func<Stream, long> write)
    {
        var beside = target + ".partial";
        try
        {
            long messages;
            using (var output = File.Create(beside))
                messages = write(output);
            File.Move(beside, target, overwrite: true);
            return messages;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Bytes in UTF-8 for a writer of text.</summary>
    private sealed class TextStream(TextWriter output) : Stream
    {
        private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
        private char[] characters = [];

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (characters.Length < buffer.Length)
                characters = new char[buffer.Length];
            output.Write(characters.AsSpan(0, decoder.GetChars(buffer, characters, flush: false)));
        }

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
