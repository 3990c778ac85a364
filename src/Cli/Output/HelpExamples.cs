using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Heretix.Cli.Output;

/// <summary>A verb with command lines that show how it is used; <c>--help</c> prints them under the options.</summary>
/// <param name="examples">Command lines as one would type them, each on a line; what follows <c>#</c> says what they do.</param>
internal sealed class VerbCommand(string name, string description, params IReadOnlyList<string> examples)
    : Command(name, description)
{
    /// <summary>Command lines as one would type them; what follows <c>#</c> says what they do.</summary>
    public IReadOnlyList<string> Examples { get; } = [.. examples.SelectMany(example => example.Split('\n'))];
}

/// <summary>Adds examples to the help of every verb that has some.</summary>
internal static class HelpExamples
{
    /// <summary>Puts examples at the end of the help of <paramref name="root"/> and of all verbs below it.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new WithExamples((HelpAction)help.Action!);
    }

    private sealed class WithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is VerbCommand { Examples.Count: > 0 } verb)
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var example in verb.Examples)
                    output.WriteLine("  " + example);
                output.WriteLine();
            }
            return code;
        }
    }
}
