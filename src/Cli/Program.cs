using System.CommandLine;
using Heretix.Cli;
using Heretix.Cli.Settings;
using Heretix.Cli.Verbs;

var around = new Surroundings(
    Environment.GetEnvironmentVariable,
    Console.Out,
    Console.Error,
    Console.In,
    !Console.IsErrorRedirected,
    TimeProvider.System
);
return await CommandLine.RunAsync(args, around);
