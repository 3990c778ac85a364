using System.Text;
using Heretix.Rpl.Prompts;

namespace Heretix.Tests.Unit.Prompts;

/// <summary>A folder of banks for one test, removed afterwards.</summary>
internal sealed class PromptFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("heretix-prompts-").FullName;

    internal PromptLibrary Library => new(Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    internal string Write(string file, string yaml) => Write(file, Encoding.UTF8.GetBytes(yaml));

    internal string Write(string file, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, file);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>The lines that are wrong with a file, without the folder in front.</summary>
    internal string[] Problems(string yaml, string file = "x.yaml") => Problems(Encoding.UTF8.GetBytes(yaml), file);

    internal string[] Problems(byte[] bytes, string file = "x.yaml")
    {
        var path = Write(file, bytes);
        var problems = Should.Throw<InvalidPromptBankException>(() => PromptLibrary.FromFile(path)).Problems;
        problems.ShouldAllBe(problem => problem.StartsWith(Path));
        return [.. problems.Select(problem => problem[(Path.Length + 1)..])];
    }

    internal static string Bank(string version = "x_1", string paraphrases = "  - 'Is \"{CLAIM}\" true?'") =>
        $"""
            version: {version}
            system: Judge.
            user_template: Answer.
            paraphrases:
            {paraphrases}
            """;
}
