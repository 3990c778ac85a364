using Heretix.Cli;
using Heretix.Cli.Settings;

var around = new Surroundings(
    Environment.GetEnvironmentVariable,
    Console.Out,
    Console.Error,
    Console.In,
    !Console.IsErrorRedirected,
    TimeProvider.System
)
{
    InputIsTerminal = !Console.IsInputRedirected,
};
return await CommandLine.RunAsync(args, around);
