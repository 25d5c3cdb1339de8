// Serves the environment to Python:
//     env = gymbridge.make("Warehouse-v0", address="127.0.0.1:50051")
using Project._1;

await WarehouseServer.Create(args, port: 50051).RunAsync();
