"""DynamoDB by boto3 clients: keys, items, reads before deciding, writes after."""
