using Heretix.Cli;
using Heretix.Cli.Settings;

var around = new Surroundings(
    Environment.GetEnvironmentVariable,
    Console.Out,
    Console.Error,
    StandardInput.Open(),
    !Console.IsErrorRedirected,
    TimeProvider.System
)
{
    InputIsTerminal = !Console.IsInputRedirected,
};
return await CommandLine.RunAsync(args, around);
